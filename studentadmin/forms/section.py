"""What may be typed about courses, sections and who is in them."""

from flask_babel import lazy_gettext as _l

from studentadmin.forms import choices
from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import choice, day, relation, text, whole
from studentadmin.models import Course, Section, SectionEnrolment
from studentadmin.services.course import CourseDraft
from studentadmin.services.section import SectionDraft, SectionEnrolmentDraft


class CourseForm(RecordForm):
    """A subject as the school offers it."""

    draft_type = CourseDraft
    fieldsets = (
        (_l("Course"), ("title", "course_code", "subject")),
        (_l("Where"), ("organisation_id", "grade_level_id")),
    )

    title = text(Course.title, _l("Title"), _l("For example Mathematics 9."))
    course_code = text(Course.course_code, _l("Course code"), _l("For example M9."))
    subject = text(Course.subject, _l("Subject"))
    organisation_id = relation(Course.organisation_id, _l("School"), "organisation")
    grade_level_id = relation(Course.grade_level_id, _l("Grade"), "grade_level")


class SectionForm(RecordForm):
    """One group of a course in a session."""

    draft_type = SectionDraft
    fieldsets = (
        (_l("Section"), ("title", "course_id", "academic_session_id")),
        (_l("Room and places"), ("location", "capacity")),
    )

    title = text(Section.title, _l("Title"), _l("For example Mathematics 9A."))
    course_id = relation(Section.course_id, _l("Course"), "course")
    academic_session_id = relation(
        Section.academic_session_id, _l("Academic session"), "academic_session"
    )
    location = text(Section.location, _l("Room"))
    capacity = whole(Section.capacity, _l("Places"), 1, 9999)


class SectionEnrolmentForm(RecordForm):
    """A student or a teacher of a section."""

    draft_type = SectionEnrolmentDraft
    fieldsets = (
        (_l("Who and where"), ("section_id", "role", "student_id", "user_id")),
        (_l("When"), ("begin_date", "end_date")),
        (_l("Exception"), ("override_reason",)),
    )

    section_id = relation(SectionEnrolment.section_id, _l("Section"), "section")
    role = choice(
        SectionEnrolment.role, _l("Role"), choices.SECTION_ROLES.items(), default="student"
    )
    student_id = relation(SectionEnrolment.student_id, _l("Student"), "student")
    user_id = relation(
        SectionEnrolment.user_id,
        _l("Teacher"),
        "user",
        _l("Somebody with an account. Only for the role of a teacher."),
    )
    begin_date = day(SectionEnrolment.begin_date, _l("First day"))
    end_date = day(
        SectionEnrolment.end_date,
        _l("Last day"),
        _l("Empty: as long as the session and the enrolment last."),
    )
    override_reason = text(
        SectionEnrolment.override_reason,
        _l("Reason for an exception"),
        _l(
            "Why a student belongs here who is not enrolled on these days, or for whom there is"
            " no place. It stays in the history."
        ),
    )
