/** Rules for names, each as a list of what is wrong with a value; empty: nothing. */
const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const qualifiedPart = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelValue = `(${qualifiedPart})?`;

const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`);
const [isLabel, isSubdomain, isQualifiedPart, isLabelValue] = [label, subdomain, qualifiedPart, labelValue].map(
  whole,
) as [RegExp, RegExp, RegExp, RegExp];

const tooLong = (limit: number): string => `must be no more than ${limit} characters`;

export function dnsSubdomainErrors(value: string): string[] {
  const errors = value.length > 253 ? [tooLong(253)] : [];
  if (isSubdomain.test(value)) return errors;
  return [
    ...errors,
    `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`,
  ];
}

export function dnsLabelErrors(value: string): string[] {
  const errors = value.length > 63 ? [tooLong(63)] : [];
  if (isLabel.test(value)) return errors;
  return [
    ...errors,
    `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`,
  ];
}

/** Keys of labels and annotations, finalizers: `[prefix/]name`. */
export function qualifiedNameErrors(value: string): string[] {
  const parts = value.split("/");
  if (parts.length > 2) {
    return [
      `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualifiedPart}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const [name = "", prefix] = parts.toReversed();
  return [...prefixErrors(prefix), ...namePartErrors(name)];
}

function prefixErrors(prefix: string | undefined): string[] {
  if (prefix === undefined) return [];
  if (prefix === "") return ["prefix part must be non-empty"];
  return dnsSubdomainErrors(prefix).map((error) => `prefix part ${error}`);
}

function namePartErrors(name: string): string[] {
  if (name === "") return ["name part must be non-empty", ...namePatternErrors(name)];
  return [...(name.length > 63 ? [`name part ${tooLong(63)}`] : []), ...namePatternErrors(name)];
}

function namePatternErrors(name: string): string[] {
  if (isQualifiedPart.test(name)) return [];
  return [
    `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualifiedPart}')`,
  ];
}

export function labelValueErrors(value: string): string[] {
  const errors = value.length > 63 ? [tooLong(63)] : [];
  if (isLabelValue.test(value)) return errors;
  return [
    ...errors,
    `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${labelValue}')`,
  ];
}

/** Names that are used as they are in a URL. */
export function pathSegmentErrors(value: string): string[] {
  if (value === "." || value === "..") return [`may not be '${value}'`];
  return ["/", "%"]
    .filter((character) => value.includes(character))
    .map((character) => `may not contain '${character}'`);
}
