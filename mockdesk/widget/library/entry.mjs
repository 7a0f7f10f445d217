// Defines the element cds-aichat-custom-element: all that the page needs of the widget.
import "@carbon/ai-chat/dist/es/web-components/cds-aichat-custom-element/index.js";
