/**
 * The page of the widget: the assistant in front, the reference integration behind it, this mock as its desk.
 *
 * @typedef {import("@carbon/ai-chat").PublicConfig} PublicConfig
 * @typedef {import("@carbon/ai-chat").ServiceDesk} ServiceDesk
 * @typedef {import("@carbon/ai-chat").ServiceDeskFactoryParameters} ServiceDeskFactoryParameters
 * @typedef {(parameters: ServiceDeskFactoryParameters) => ServiceDesk | Promise<ServiceDesk>} ServiceDeskFactory
 * @typedef {typeof globalThis & { serviceDeskOptions?: object, WebChatServiceDeskFactory?: ServiceDeskFactory }} Page
 */
import { createAssistant } from "./assistant.js";
import { keepHistory, loadHistory } from "./history.js";
import { readOptions } from "./options.js";
import { enterVisitor } from "./visitor.js";

const page = /** @type {Page} */ (globalThis);

/** Put the widget on the page. */
function main() {
  const desk = document.documentElement.dataset.desk ?? "";
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const { deskUrl, locale, theme, user } = readOptions(new URL(location.href), desk, isDark);
  const userId = enterVisitor(user, sessionStorage);
  page.serviceDeskOptions = { deskUrl, hostApi: "carbon" };
  const widget = document.createElement("cds-aichat-custom-element");
  Object.assign(widget, {
    config: configure(userId, locale, theme),
    onBeforeRender: (/** @type {import("@carbon/ai-chat").ChatInstance} */ one) => keepHistory(one, sessionStorage),
  });
  document.documentElement.dataset.theme = theme;
  document.documentElement.lang = "en"; // of the texts; the locale is for dates only
  document.body.replaceChildren(widget);
}

/**
 * @param {string} userId
 * @param {string} locale
 * @param {import("./options.js").PageOptions["theme"]} theme
 * @returns {PublicConfig}
 */
function configure(userId, locale, theme) {
  return {
    openChatByDefault: true,
    shouldTakeFocusIfOpensAutomatically: false, // the page may be one of two frames
    shouldSanitizeHTML: true,
    aiEnabled: false,
    injectCarbonTheme: /** @type {import("@carbon/ai-chat").CarbonTheme} */ (theme),
    locale,
    assistantName: "assistant",
    header: { title: "Mock desk", hideMinimizeButton: true, showAiLabel: false },
    launcher: { isOn: false },
    layout: { showFrame: false },
    messaging: {
      customSendMessage: createAssistant(userId),
      customLoadHistory: async () => loadHistory(sessionStorage),
    },
    serviceDeskFactory: async (parameters) => {
      if (!page.WebChatServiceDeskFactory) throw new Error("servicedesk.js has set no WebChatServiceDeskFactory");
      return page.WebChatServiceDeskFactory(parameters);
    },
  };
}

/** Show what went wrong in the place of the widget. @param {unknown} error */
function complain(error) {
  const text = document.createElement("p");
  text.className = "complaint";
  text.setAttribute("role", "alert");
  text.textContent = error instanceof Error ? error.message : String(error);
  document.body.replaceChildren(text);
}

try {
  main();
} catch (error) {
  complain(error);
  throw error;
}
