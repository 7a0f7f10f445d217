/**
 * A bundle that talks to no desk: its agents are timers in the page, and know a handful of commands. In the 2023
 * generation's way of writing: a class, state in fields, promises.
 */
(function () {
  const AGENTS = [
    { id: "garrett", nickname: "Garrett" },
    { id: "shu", nickname: "Shu" },
  ];

  class SimulatedDesk {
    constructor({ callback }) {
      this.callback = callback;
      this.timers = new Set();
      this.agent = null;
      this.running = false;
    }

    getName() {
      return "simulated agents";
    }

    /** Do something later, as long as the chat is running. */
    later(seconds, task) {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        task();
      }, seconds * 1000);
      this.timers.add(timer);
    }

    startChat() {
      if (this.running) return Promise.reject(new Error("a chat is running"));
      this.running = true;
      this.callback.updateAgentAvailability({ position_in_queue: 1 });
      this.later(3, () => this.join(AGENTS[0]));
      return Promise.resolve();
    }

    join(agent) {
      this.agent = agent;
      this.callback.agentJoined(agent);
      this.later(1, () => this.say(`Hi, I am ${agent.nickname}. What can I do for you?`));
    }

    say(text) {
      this.callback.agentTyping(false);
      this.callback.sendMessageToUser(text, this.agent.id);
    }

    endChat() {
      this.stop();
      return Promise.resolve();
    }

    /** Whatever an agent was about to do is not done any more. */
    stop() {
      this.timers.forEach((timer) => clearTimeout(timer));
      this.timers.clear();
      this.running = false;
      this.agent = null;
    }

    sendMessageToAgent(message) {
      if (!this.running) return Promise.reject(new Error("no chat is running"));
      if (this.agent) this.answer(message.input.text.toLowerCase());
      return Promise.resolve();
    }

    answer(text) {
      this.callback.agentReadMessages();
      if (text.includes("someone else")) {
        this.callback.beginTransferToAnotherAgent(AGENTS[1]);
        this.agent = null;
        this.later(2, () => this.join(AGENTS[1]));
      } else if (text.includes("end chat")) {
        this.stop();
        this.callback.agentEndedChat();
      } else {
        this.callback.agentTyping(true);
        this.later(1, () => this.agent && this.say("I see."));
      }
    }

    userTyping() {
      return Promise.resolve();
    }

    areAnyAgentsOnline() {
      return Promise.resolve(true);
    }
  }

  window.WebChatServiceDeskFactory = (parameters) => new SimulatedDesk(parameters);
})();
