// In the place of the highlighter's languages: code in a message is shown, without colours.
export const languages = [];
