// Runs the example adapter and spoils what it writes: node spoil.mjs exit|hang|print|drop|version [N]
const [how, nth = "5"] = process.argv.slice(2);
const write = process.stdout.write.bind(process.stdout);
let count = 0;

process.stdout.write = (line) => {
  count += 1;
  if (how === "exit" && count === Number(nth)) {
    console.error("the example was told to exit");
    process.exit(3);
  }
  if (how === "hang" && count === Number(nth)) for (;;);
  if (how === "print" && count === Number(nth)) write("here I am\n");
  if (how === "drop" && JSON.parse(line).name === "send_message_to_user") return true;
  return write(how === "version" ? line.replace('"protocol":1', '"protocol":3') : line);
};

await import("../../../examples/stdio-adapter/adapter.mjs");
