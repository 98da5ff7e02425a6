"""Invented students: common names of several languages, put together by a seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import NamedTuple

from studentadmin.rules import names

FAMILIES = (
    "Smith Jones Williams Brown Taylor Davies Evans Thomas Johnson Roberts Walker Wright Robinson"
    " Thompson White Hughes Edwards Green Hall Wood Harris Lewis Martin Jackson Clarke Turner Hill"
    " Cooper Ward Morris Moore Clark Lee King Baker Harrison Morgan Allen James Scott Phillips"
    " Watson Davis Parker Price Bennett Young Griffiths Mitchell Kelly Cook Carter Richardson"
    " Bailey Collins Bell Shaw Murphy Miller Cox Müller Schmidt Schneider Fischer Weber Meyer"
    " Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann"
    " Garcia Martínez López Hernández González Pérez Rodríguez Sánchez Ramírez Flores Gómez Díaz"
    " Reyes Cruz Morales Ortiz Gutiérrez Chávez Ramos Ruiz Rossi Russo Ferrari Esposito Bianchi"
    " Romano Colombo Ricci Nguyen Tran Pham Kowalski Nowak Wiśniewski Novák Horvat Nagy Tóth"
    " Andersson Johansson Karlsson Nilsson Hansen Olsen Larsen Dubois Moreau Laurent Lefebvre"
    " Silva Santos Ferreira Pereira Oliveira Costa Yılmaz Kaya Demir Çelik Şahin Khan Ahmed Ali"
    " Hussain Patel Singh Sharma Gupta Kumar Das O'Brien O'Connor McDonald"
).split()
GIVEN = (
    "Oliver George Harry Noah Jack Leo Arthur Oscar Charlie Jacob Thomas Henry William Theo Lucas"
    " Alexander Edward Max Isaac Daniel Samuel Joseph Adam Logan David Benjamin Amelia Olivia Isla"
    " Ava Emily Sophia Grace Mia Poppy Ella Lily Evie Charlotte Sophie Jessica Ruby Alice Florence"
    " Freya Emma Hannah Anna Lena Marie Lea Laura Julia Sarah Lisa Katharina Johanna Felix Paul"
    " Jonas Finn Elias Luis Moritz Anton Emil Santiago Mateo Sebastián Diego Nicolás Valentina"
    " Camila Lucía Sofía Martina Gabriel Miguel Rafael Pedro Beatriz Ana João Inês Giulia"
    " Francesco Lorenzo Chiara Matteo Aurora Louis Jules Chloé Inès Léa Camille Astrid Freja Ida"
    " Nora Magnus Erik Axel Zofia Jakub Szymon Hanna Ondřej Tereza Mehmet Ayşe Fatma Mustafa Omar"
    " Fatima Aisha Yusuf Zainab Aarav Vivaan Ananya Diya Rohan Priya Minh Linh Andrea"
).split()
MIDDLE = (None, None, None, None, None, None, "Jean", "Marie", "Lee", "Rose", "James", "Ann")
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤单仇"
)
DOUBLE = ("欧阳", "司马", "上官", "诸葛")
LETTERS = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红梅玲建国文辉力健世广志义兴良海山仁波宁贵福生龙"
    "元全胜学祥才发武新利清飞彬富顺信子浩宇轩梓涵欣怡雨泽思远佳琪诗若兰嘉俊晨梦洁雅婷瑶琳萱颖露"
)
STATUSES = ("enrolled",) * 80 + ("left",) * 12 + ("graduated",) * 7 + ("registered",)
CHINESE_SHARE = 0.3
IN_TRASH = 0.01

RARE = ("Zuberbühler", "Wilhelmina")
RARE_CHINESE = ("仇", "鑫淼")
PLANTED = 7
"""So many students of each rare name are in every register, whatever its size."""


class Invented(NamedTuple):
    """What is known of one invented student; `deleted` is in the trash."""

    number: str
    family: str
    given: str
    middle: str | None
    native: str | None
    sex: str
    born: date
    status: str
    deleted: bool


def number_of(place: int) -> str:
    """The student number at `place`, from 0; they have leading zeros."""
    return f"{place:08d}"


def invent(count: int, seed: int = 4) -> Iterator[Invented]:
    """The same `count` students each time; rare ones stand apart from one another."""
    random = Random(seed)
    planted = {(2 * place + 1) * count // (2 * PLANTED): RARE for place in range(PLANTED)}
    planted |= {place + 1: RARE_CHINESE for place in planted}
    for place in range(count):
        middle = None
        if place in planted:
            family, given = planted[place]
        elif random.random() < CHINESE_SHARE:
            double = random.random() < 0.01
            family = random.choice(DOUBLE if double else SURNAMES)
            given = "".join(random.choices(LETTERS, k=1 if random.random() < 0.15 else 2))
        else:
            family, given = random.choice(FAMILIES), random.choice(GIVEN)
            middle = random.choice(MIDDLE)
        chinese = family[0] > "\u3000"
        yield Invented(
            number_of(place),
            family,
            given,
            middle,
            family + given if chinese else None,
            random.choice(("female", "male")),
            date(2006, 1, 1) + timedelta(days=random.randrange(4400)),
            random.choice(STATUSES),
            place not in planted and random.random() < IN_TRASH,
        )


@lru_cache(maxsize=400_000)
def sort_name(family: str, given: str) -> str:
    return names.sort_form(family, given)


@lru_cache(maxsize=400_000)
def search_name(*parts: str | None) -> str:
    return names.search_form(*parts)
