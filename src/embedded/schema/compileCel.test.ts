import { describe, expect, it } from "vitest";
import { type AuthorizerAttributes, CelError, compileCel } from "./compileCel.ts";

const self = {
  name: "shop",
  count: 3,
  ratio: 0.5,
  nothing: null,
  list: ["a", "b"],
  numbers: [1, 2, 3],
  labels: { "app.kubernetes.io/name": "shop", "x-y": "z", constructor: "c" },
  items: [{ id: "a", n: 1 }, { id: "b" }],
  namespace: "team",
  when: "2026-01-02T03:04:05Z",
};

function evaluate(expression: string): unknown {
  return compileCel(expression, { variables: ["self"] }).evaluate({ self });
}

describe("compileCel", () => {
  it.each<[string, unknown]>([
    ["self.count + 1", 4],
    ["self.count == 3 && self.ratio < 1.0", true],
    ["self.count > 2.5", true],
    ["self.nothing == null", true],
    ["self.name == 3", false],
    ["has(self.name) && !has(self.missing)", true],
    ["has(self.items[0].n) && !has(self.items[1].n)", true],
    ["has(self.labels.__dash__)", false],
    ["self.labels.x__dash__y", "z"],
    ["has(self.labels.x__dash__y)", true],
    ["self.__namespace__ + '/' + self.namespace", "team/team"],
    ["self.labels['app.kubernetes.io/name']", "shop"],
    ["'app.kubernetes.io/name' in self.labels", true],
    ["self.labels.exists(k, k == 'x-y')", true],
    ["self.?missing.orValue('none')", "none"],
    ["self.?count.optMap(v, v + 1).orValue(0)", 4],
    ["self.?missing.optMap(v, v + 1).hasValue()", false],
    ["self.items.map(i, i.id)", ["a", "b"]],
    ["self.items.filter(i, has(i.n)).size()", 1],
    ["self.items.exists_one(i, i.id == 'a')", true],
    ["self.list.all(i, v, i < 2 && v != '')", true],
    ["self.labels.transformList(k, v, k + '=' + v)", ["app.kubernetes.io/name=shop", "x-y=z", "constructor=c"]],
    ["self.list.transformMap(i, v, v + string(i))", { 0: "a0", 1: "b1" }],
    ["self.numbers.sum()", 6],
    ["self.numbers.min() + self.numbers.max()", 4],
    ["self.numbers.isSorted()", true],
    ["[3, 1].isSorted()", false],
    ["self.list.indexOf('b')", 1],
    ["'a,b'.split(',').join('-')", "a-b"],
    ["'Hello'.lowerAscii().replace('l', 'L', 1)", "heLlo"],
    ["'hello'.substring(1, 3) + 'hello'.charAt(0)", "elh"],
    ["' x '.trim().indexOf('x')", 0],
    ["'abc'.matches('^[a-c]+$')", true],
    ["'%s has %d of %.2f'.format([self.name, self.count, self.ratio])", "shop has 3 of 0.50"],
    ["quantity('1Gi').isGreaterThan(quantity('1G'))", true],
    ["quantity('500m').add(quantity('0.5')).asInteger()", 1],
    ["isQuantity('5X')", false],
    ["duration('90s') > duration('1m')", true],
    ["string(duration('90s'))", "90s"],
    ["timestamp(self.when) < timestamp('2027-01-01T00:00:00Z')", true],
    ["timestamp(self.when)", "2026-01-02T03:04:05Z"],
    ["isURL('https://a.example:8443/x') && url('https://a.example:8443/x').getHostname() == 'a.example'", true],
    ["isIP('10.0.0.1') && !isIP('10.0.0')", true],
    ["jsonpatch.escapeKey('a/b~c')", "a~1b~0c"],
    ["sets.contains(self.list, ['a'])", true],
    ["cel.bind(n, self.count, n * n)", 9],
    ["type(self.name) == string", true],
    ["{'a': 1, 'b': 'x'}", { a: 1, b: "x" }],
  ])("answers %s", (expression, answer) => {
    expect(evaluate(expression)).toEqual(answer);
  });

  it.each<[string, RegExp]>([
    ["self.missing", /no such key: missing/],
    ["self.list[5]", /index out of bounds/],
    ["self.name > 1", /no such overload/],
    ["1 / 0", /division by zero/],
  ])("fails in evaluating %s", (expression, message) => {
    expect(() => evaluate(expression)).toThrow(message);
    expect(() => evaluate(expression)).toThrow(CelError);
  });

  it.each<[string, RegExp]>([
    ["self.", /ERROR: <input>:1:\d+/],
    ["other + 1", /undeclared reference to 'other'/],
    ["1 + 'a'", /no such overload/],
    ["self.a.nothingLikeThis()", /no matching overload/],
  ])("refuses %s before it runs", (expression, message) => {
    expect(() => compileCel(expression, { variables: ["self"] })).toThrow(message);
  });

  it("builds the operations of a JSON patch", () => {
    const program = compileCel(
      `[JSONPatch{op: "replace", path: "/spec/paused", value: true},
        JSONPatch{op: "add", path: "/metadata/annotations/" + jsonpatch.escapeKey("tidegate.dev/held"), value: {"a": object.spec.replicas}}]`,
      { variables: ["object"] },
    );
    expect(program.evaluate({ object: { spec: { replicas: 2 } } })).toEqual([
      { op: "replace", path: "/spec/paused", value: true },
      { op: "add", path: "/metadata/annotations/tidegate.dev~1held", value: { a: 2 } },
    ]);
  });

  it("builds a JSON patch that is empty on one branch", () => {
    const program = compileCel('has(object.x) ? [JSONPatch{op: "remove", path: "/x"}] : []', { variables: ["object"] });
    expect(program.evaluate({ object: { x: 1 } })).toEqual([{ op: "remove", path: "/x" }]);
    expect(program.evaluate({ object: {} })).toEqual([]);
  });

  it("builds an apply configuration out of nested messages", () => {
    const program = compileCel(
      "Object{spec: Object.spec{template: Object.spec.template{replicas: object.n, name: 'a:b'}}}",
      { variables: ["object"] },
    );
    expect(program.evaluate({ object: { n: 4 } })).toEqual({ spec: { template: { replicas: 4, name: "a:b" } } });
  });

  it("asks who may do what", () => {
    const asked: AuthorizerAttributes[] = [];
    const expression =
      "authorizer.group('g').resource('r').subresource('s').namespace('n').name('x').check('verb').allowed()";
    const program = compileCel(expression, { variables: ["authorizer"] });
    const authorize = (attributes: AuthorizerAttributes): boolean => {
      asked.push(attributes);
      return false;
    };
    expect(program.evaluate({}, authorize)).toBe(false);
    expect(asked).toEqual([{ group: "g", resource: "r", subresource: "s", namespace: "n", name: "x", verb: "verb" }]);
  });

  it("reads a getter only when it is used", () => {
    const variables = {
      get good() {
        return 1;
      },
      get bad(): number {
        throw new Error("never asked");
      },
    };
    const program = compileCel("variables.good == 1 || variables.bad == 1", { variables: ["variables"] });
    expect(program.evaluate({ variables })).toBe(true);
  });

  it("tells numbers and times apart by schema", () => {
    const schema = {
      type: "object",
      properties: { ratio: { type: "number" }, at: { type: "string", format: "date-time" } },
    } as const;
    const program = compileCel("self.ratio / 4.0 == 0.5 && self.at.getFullYear() == 2026", {
      variables: ["self"],
      schemas: { self: schema },
    });
    expect(program.evaluate({ self: { ratio: 2, at: "2026-05-05T00:00:00Z" } })).toBe(true);
  });
});
