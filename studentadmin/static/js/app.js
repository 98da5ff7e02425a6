// Wires every behaviour. Each module listens on the document, so that what htmx brings in works too.
import "./busy.js";
import "./confirm.js";
import "./copy.js";
import "./days.js";
import "./desktop.js";
import "./dropzone.js";
import "./exchange.js";
import "./lists.js";
import "./lookup.js";
import "./menu.js";
import "./notice.js";
import "./panels.js";
import "./rows.js";
import "./secret.js";
import "./shortcuts.js";
import "./theme.js";
import "./unsaved.js";
