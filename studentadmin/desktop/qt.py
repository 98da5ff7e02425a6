"""What pywebview cannot do, or does wrongly, on Qt: reached through to the objects behind it.

The page keeps no bridge into Python. Saving and printing are what a page does in any browser (a
download, `window.print()`), answered here with the dialogs of the desktop.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QLibraryInfo,
    QPoint,
    QStandardPaths,
    Qt,
    QTimer,
    QTranslator,
    QUrl,
)
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEngineNavigationRequest,
    QWebEngineNewWindowRequest,
    QWebEnginePage,
)
from PySide6.QtWidgets import QApplication, QFileDialog
from shiboken6 import isValid

from studentadmin.desktop import display, splash
from studentadmin.desktop.place import Place
from studentadmin.desktop.words import _

CRASHES_BORNE, CRASH_SECONDS = 3, 60.0
"""So many crashes of the page's process within so many seconds are mended by loading again."""

OUTSIDE = {"http", "https", "mailto"}
ZOOM_STEPS = (0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)


class QtSide:
    """The Qt objects of one pywebview window. Made, and called, on Qt's thread.

    `native` is pywebview's `BrowserView`. `loaded` is told whenever a page has been loaded,
    `hopeless` when the page's process will not stay alive.
    """

    def __init__(
        self, native: Any, locale: str, loaded: Callable[[bool], None], hopeless: Callable[[], None]
    ) -> None:
        self._native = native
        self._view = native.webview
        self._page: QWebEnginePage = native.webview.page()
        self._origin: tuple[str, str, int] | None = None
        self._crashes: deque[float] = deque(maxlen=CRASHES_BORNE)
        self._hopeless = hopeless
        self._unbridge()
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        self._page.setBackgroundColor(QColor(splash.DARK if dark else splash.LIGHT))
        profile = self._page.profile()
        profile.setHttpAcceptLanguage({"zh_Hans_CN": "zh-CN"}.get(locale, locale))
        profile.setHttpCacheType(profile.HttpCacheType.MemoryHttpCache)
        profile.downloadRequested.connect(self._save)
        page = self._page
        page.loadFinished.connect(loaded)
        page.titleChanged.connect(lambda title: native.setWindowTitle(title or _("Student Admin")))
        page.navigationRequested.connect(self._navigate)
        page.newWindowRequested.connect(self._new_window)
        page.printRequested.connect(self._print)
        page.pdfPrintingFinished.connect(self._printed)
        page.renderProcessTerminated.connect(self._crashed)
        self._menu()
        self._keys()

    def belongs_to(self, url: str) -> None:
        """From now on nothing but the origin of `url` may be loaded."""
        self._origin = origin(QUrl(url))

    def come_forward(self) -> None:
        """Before everything else on the screen, out of the task bar if it was there."""
        native = self._native
        native.setWindowState(native.windowState() & ~Qt.WindowState.WindowMinimized)
        native.show()
        native.raise_()
        native.activateWindow()

    def place(self) -> Place:
        """Where the window is, or would be were it not maximized."""
        size, corner = self._native.normalGeometry(), self._native.pos()
        maximized = self._native.isMaximized()
        if maximized:
            return Place(size.width(), size.height(), maximized=True)
        return Place(size.width(), size.height(), corner.x(), corner.y())

    def end(self) -> None:
        """Close, whatever dialog is open in front."""
        while (dialog := QApplication.activeModalWidget()) is not None and dialog.close():
            continue
        self._native.close()

    def let_go(self) -> None:
        """After the last event: the page first, then its profile, which writes its cookies."""
        profile = self._native.profile
        for part in (self._page, profile):
            if isValid(part):
                part.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _unbridge(self) -> None:
        """pywebview's bridge would let a page's script reach Python; its own scripts need `eval`,
        which our pages forbid."""
        self._page.loadFinished.disconnect(self._native.on_load_finished)
        self._page.setWebChannel(None)
        self._page.nav_handler = None  # it would send every new window to the browser

    # -- where to --------------------------------------------------------------------------

    def _navigate(self, request: QWebEngineNavigationRequest) -> None:
        url = request.url()
        ours = url.scheme() == "data" if self._origin is None else origin(url) == self._origin
        if ours or url.toString() == "about:blank":
            request.accept()
            return
        request.reject()
        if request.isMainFrame():
            outside(url)

    def _new_window(self, request: QWebEngineNewWindowRequest) -> None:
        """There is one window: our own pages open in it, all others in the browser."""
        url = request.requestedUrl()
        if origin(url) == self._origin:
            self._view.setUrl(url)
        else:
            outside(url)

    def _crashed(self, status: QWebEnginePage.RenderProcessTerminationStatus, _code: int) -> None:
        """Load again what was shown; a page that dies again and again is given up."""
        if status == QWebEnginePage.RenderProcessTerminationStatus.NormalTerminationStatus:
            return
        now = time.monotonic()
        often = len(self._crashes) == CRASHES_BORNE and now - self._crashes[0] < CRASH_SECONDS
        self._crashes.append(now)
        again = self._hopeless if often else lambda: self._view.setUrl(self._view.url())
        QTimer.singleShot(0, again)

    # -- saving and printing ---------------------------------------------------------------

    def _save(self, download: QWebEngineDownloadRequest) -> None:
        """Ask where to, then let the engine write the file as it arrives."""
        path = self._ask(download.suggestedFileName())
        if path is None:
            download.cancel()
            return
        download.setDownloadDirectory(str(path.parent))
        download.setDownloadFileName(path.name)

        def finished() -> None:
            whole = download.state() == download.DownloadState.DownloadCompleted
            self._tell("saved" if whole else "unsaved", path)

        download.isFinishedChanged.connect(finished)
        download.accept()

    def _print(self) -> None:
        """`window.print()`: the page as a PDF, to look at, keep or send to any printer."""
        title = "".join(c for c in self._page.title() if c.isalnum() or c in " -_.()").strip()
        path = self._ask((title or "Student Admin") + ".pdf")
        if path is not None:
            self._page.printToPdf(str(path))

    def _printed(self, path: str, done: bool) -> None:
        self._tell("saved" if done else "unsaved", Path(path))

    def _ask(self, name: str) -> Path | None:
        """Where to save, by the desktop's own dialog, which asks before it overwrites."""
        places = QStandardPaths.StandardLocation
        folder = QStandardPaths.writableLocation(places.DownloadLocation)
        if not Path(folder).is_dir():
            folder = QStandardPaths.writableLocation(places.HomeLocation)
        first = str(Path(folder) / name)
        chosen, _kind = QFileDialog.getSaveFileName(self._native, _("Save as"), first)
        return Path(chosen) if chosen else None

    def _tell(self, what: str, path: Path) -> None:
        """Tell the page how saving ended; `static/js/desktop.js` puts it into words."""
        detail = json.dumps({"name": path.name, "folder": str(path.parent)})
        self._page.runJavaScript(
            f"document.dispatchEvent(new CustomEvent('studentadmin:{what}', {{detail: {detail}}}))"
        )

    # -- keys and menu ---------------------------------------------------------------------

    def _menu(self) -> None:
        """The menu of the right mouse button, without what only a browser can do."""
        actions = QWebEnginePage.WebAction
        for unwanted in (
            *(actions.ViewSource, actions.SavePage, actions.InspectElement),
            *(actions.OpenLinkInNewWindow, actions.OpenLinkInNewTab, actions.DownloadLinkToDisk),
        ):
            self._page.action(unwanted).setVisible(False)

        def pop_up(at: QPoint) -> None:
            menu = self._view.createStandardContextMenu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self._view.mapToGlobal(at))

        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._view.customContextMenuRequested.connect(pop_up)

    def _keys(self) -> None:
        """The keys a person knows from a browser; the engine itself has none."""
        keys = QKeySequence.StandardKey
        wanted: tuple[tuple[Any, Callable[[], None]], ...] = (
            (keys.ZoomIn, lambda: self._zoom(+1)),
            ("Ctrl+=", lambda: self._zoom(+1)),
            (keys.ZoomOut, lambda: self._zoom(-1)),
            ("Ctrl+0", lambda: self._view.setZoomFactor(1.0)),
            (keys.Refresh, self._view.reload),
            ("Ctrl+R", self._view.reload),
            (keys.Back, self._view.back),
            (keys.Forward, self._view.forward),
            (keys.Print, self._print),
        )
        for key, act in wanted:
            QShortcut(QKeySequence(key), self._native).activated.connect(act)

    def _zoom(self, step: int) -> None:
        now = self._view.zoomFactor()
        nearest = min(range(len(ZOOM_STEPS)), key=lambda at: abs(ZOOM_STEPS[at] - now))
        self._view.setZoomFactor(ZOOM_STEPS[max(0, min(len(ZOOM_STEPS) - 1, nearest + step))])


def speak(locale: str) -> None:
    """Qt's own words (buttons of a file dialog) in the person's language."""
    app = QCoreApplication.instance()
    words = QTranslator(app)
    language = {"zh_Hans_CN": "zh_CN"}.get(locale, locale)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if app is not None and words.load(f"qtbase_{language}", folder):
        app.installTranslator(words)


def outside(url: QUrl) -> None:
    """Open what is not ours in the person's browser."""
    if url.scheme() in OUTSIDE:
        address = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        Thread(target=display.open_browser, args=(address,), daemon=True).start()


def origin(url: QUrl) -> tuple[str, str, int]:
    """Scheme, host and port; a blob has the origin of the page that made it."""
    if url.scheme() == "blob":
        url = QUrl(url.path())
    return url.scheme(), url.host(), url.port({"http": 80, "https": 443}.get(url.scheme(), -1))
