// Plain JavaScript, so that an old Node can say what is wrong instead of stumbling over the first type.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Tidegate needs Node 22.18 or newer, and this is ${process.versions.node}. In a clone of the repository "npm ci" installs the right one (without --ignore-scripts), and the npm scripts use it: npm start, npm test, npm run tidegate -- ...`,
  );
  process.exit(1);
}
