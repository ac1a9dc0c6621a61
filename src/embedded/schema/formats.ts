import { isIP, isIPv4, isIPv6 } from "node:net";

const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const label = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";
const goDuration = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$|^[+-]?0$/;
const wordDuration =
  /^\d+(?:\.\d+)?\s*(?:ns|nano|nanos|nanosecond|nanoseconds|us|µs|micro|micros|microsecond|microseconds|ms|milli|millis|millisecond|milliseconds|s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hr|hour|hours|d|day|days|w|wk|week|weeks)$/;

const judges: Readonly<Record<string, (text: string) => boolean>> = {
  "date-time": (text) =>
    /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)$/.test(text) &&
    !Number.isNaN(Date.parse(text)),
  datetime: (text) => !Number.isNaN(Date.parse(text)),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  duration: (text) => goDuration.test(text) || wordDuration.test(text),
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
  uri: (text) => URL.canParse(text) || (text.startsWith("/") && URL.canParse(text, "http://none")),
  email: (text) => /^[^\s@<>]+@[^\s@<>]+$/.test(text),
  hostname: (text) => text.length <= 253 && new RegExp(`^${label}(?:\\.${label})*\\.?$`, "i").test(text),
  ipv4: isIPv4,
  ipv6: isIPv6,
  ip: (text) => isIP(text) !== 0,
  cidr: isCidr,
  mac: (text) => /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text),
  uuid: (text) => uuid.test(text),
  uuid3: (text) => uuid.test(text) && text.replaceAll("-", "")[12] === "3",
  uuid4: (text) => uuid.test(text) && text.replaceAll("-", "")[12] === "4",
  uuid5: (text) => uuid.test(text) && text.replaceAll("-", "")[12] === "5",
  "k8s-short-name": (text) => new RegExp(`^${label}$`).test(text),
  "k8s-long-name": (text) => text.length <= 253 && new RegExp(`^${label}(?:\\.${label})*$`).test(text),
};

function isCidr(text: string): boolean {
  const [address = "", length = "", ...rest] = text.split("/");
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  return rest.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= most;
}

/** Whether a text has the form that the format asks for. Formats that the API server does not know ask for nothing. */
export function isFormat(format: string, text: string): boolean {
  return judges[format]?.(text) ?? true;
}
