const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const qualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelValue = `(${qualified})?`;
const configKey = "[-._a-zA-Z0-9]+";

const labelText =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const qualifiedText =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const labelValueText =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

function matches(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(text);
}

function longerThan(text: string, most: number): string[] {
  return text.length > most ? [`must be no more than ${most} characters`] : [];
}

function described(text: string, pattern: string, ...examples: string[]): string {
  const shown = examples.map((example) => `'${example}'`).join(",  or ");
  return `${text} (e.g. ${shown}, regex used for validation is '${pattern}')`;
}

/** What is wrong with a DNS label, in the words of the API server; empty where nothing is. */
export function labelProblems(name: string): string[] {
  const form = matches(label, name) ? [] : [described(labelText, label, "my-name", "123-abc")];
  return [...longerThan(name, 63), ...form];
}

/** What is wrong with a DNS subdomain, as most object names are. */
export function subdomainProblems(name: string): string[] {
  const form = matches(subdomain, name) ? [] : [described(subdomainText, subdomain, "example.com")];
  return [...longerThan(name, 253), ...form];
}

/** What is wrong with a label's or annotation's key: an optional DNS prefix, a slash, a name. */
export function qualifiedNameProblems(key: string): string[] {
  const parts = key.split("/");
  if (parts.length > 2) {
    return [
      `a qualified name ${described(qualifiedText.replace("name part ", ""), qualified, "MyName", "my.name", "123-abc")} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const [prefix, name] = parts.length === 2 ? [parts[0], parts[1] ?? ""] : [undefined, parts[0] ?? ""];
  const problems = prefix === undefined ? [] : prefixProblems(prefix);
  if (name === "") problems.push("name part must be non-empty");
  else if (name.length > 63) problems.push("name part must be no more than 63 characters");
  if (!matches(qualified, name)) problems.push(described(qualifiedText, qualified, "MyName", "my.name", "123-abc"));
  return problems;
}

function prefixProblems(prefix: string): string[] {
  if (prefix === "") return ["prefix part must be non-empty"];
  return subdomainProblems(prefix).map((problem) => `prefix part ${problem}`);
}

/** What is wrong with a label's value. */
export function labelValueProblems(value: string): string[] {
  const form = matches(labelValue, value)
    ? []
    : [described(labelValueText, labelValue, "MyValue", "my_value", "12345")];
  return [...longerThan(value, 63), ...form];
}

/** What is wrong with a key of a ConfigMap or Secret. */
export function configKeyProblems(key: string): string[] {
  const problems = longerThan(key, 253);
  if (!matches(configKey, key)) {
    const text = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    problems.push(described(text, configKey, "key.name", "KEY_NAME", "key-name"));
  }
  if (key === "." || key === "..") problems.push(`must not be '${key}'`);
  return problems;
}

/** What is wrong with the name of a port: at most 15 lower case letters, digits and dashes, one letter among them. */
export function portNameProblems(name: string): string[] {
  const problems: string[] = [];
  if (name.length > 15) problems.push("must be no more than 15 characters");
  if (!/^[-a-z0-9]+$/.test(name))
    problems.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (!/[a-z]/.test(name)) problems.push("must contain at least one letter (a-z)");
  if (name.includes("--")) problems.push("must not contain consecutive hyphens");
  if (name.startsWith("-") || name.endsWith("-")) problems.push("must not begin or end with a hyphen");
  return problems;
}

/** What is wrong with a number as a port. */
export function portNumberProblems(port: unknown): string[] {
  const fits = typeof port === "number" && port >= 1 && port <= 65_535;
  return fits ? [] : ["must be between 1 and 65535, inclusive"];
}
