import ExactArithmetic
import StrictJSON
import TestSupport

/// Changes JSON documents in many small ways.
enum JSONMutator {
  /// Other values for one place of a document; nil removes it.
  static func mutants(of value: JSONValue) -> [JSONValue?] {
    switch value {
    case .null: [nil, 0, "0", [], [:]]
    case .bool(let flag): [nil, .bool(!flag)]
    case .number(let text): [nil] + numbers(text)
    case .string(let text): [nil] + (Dyadic(canonical: text).map(values) ?? words(text))
    case .array(let elements): [nil, []] + arrays(elements)
    case .object(let members): [nil, [:]] + objects(members)
    }
  }

  private static func numbers(_ text: String) -> [JSONValue?] {
    let number = Int(text) ?? 0
    return [
      .integer(number &+ 1), .integer(number &- 1), .integer(number &+ 2), 0, 1, .integer(1 << 53),
      .number("9223372036854775808"), .number("1e400"), .number("-0"), .string(text), .null,
    ]
  }

  private static func values(_ value: Dyadic) -> [JSONValue?] {
    let ulp = Dyadic.one.scaled(byPowerOfTwo: value.isZero ? -60 : value.exponent - 1)
    let tiny = Dyadic.one.scaled(byPowerOfTwo: value.exponent - 60)
    let others = [
      -value, value + .one, value - .one, value + ulp, value - ulp, value + tiny, value - tiny,
      value.scaled(byPowerOfTwo: 1), value.scaled(byPowerOfTwo: -1), .zero, .one, Dyadic(-1),
      value.scaled(byPowerOfTwo: 60_000), value.scaled(byPowerOfTwo: -60_000),
      Dyadic.one.scaled(byPowerOfTwo: 65_536), Dyadic.one.scaled(byPowerOfTwo: -65_536),
    ]
    return others.map { .string($0.description) } + ["0x1p65537", "0x2p0", "", .null, 1]
  }

  private static func words(_ text: String) -> [JSONValue?] {
    let names = [
      "upper", "lower", "stably-active", "stably-inactive", "unstable", "undecided",
      "remove-inactive", "fold-constant", "remove-unread", "fold-layer", "make-constant", "on",
      "off",
    ]
    let flipped = (text.last == "0" ? "1" : "0")
    let changed: [JSONValue?] = [
      "", .string(text + "0"), .string(text.dropLast() + flipped), .string(text.uppercased()),
      .string("\u{FEFF}" + text), 0, .null,
    ]
    return changed + names.filter { $0 != text }.map { .string($0) }
  }

  private static func arrays(_ elements: [JSONValue]) -> [JSONValue?] {
    elements.indices.prefix(12).flatMap { i -> [JSONValue?] in
      var without = elements
      let removed = without.remove(at: i)
      var swapped = elements
      swapped.swapAt(i, (i + 1) % elements.count)
      var repeated = elements
      repeated.insert(removed, at: i)
      return [.array(without), .array(swapped), .array(repeated), .array(elements + [removed])]
    } + [.array(elements.reversed()), .array(elements + elements), removedAll(elements)]
  }

  private static func removedAll(_ elements: [JSONValue]) -> JSONValue? {
    elements.first.map { .array(Array(repeating: $0, count: 40)) }
  }

  private static func objects(_ members: [JSONMember]) -> [JSONValue?] {
    members.indices.flatMap { i -> [JSONValue?] in
      var without = members
      let removed = without.remove(at: i)
      let renamed = without + [JSONMember(key: removed.key + "s", value: removed.value)]
      return [.object(without), .object(renamed), .object(members + [removed])]
    }
  }

  /// One random change of a random place.
  static func mutated(_ value: JSONValue, using generator: inout SplitMix64) -> JSONValue {
    let paths = value.paths.dropFirst()
    guard let path = paths.randomElement(using: &generator), let old = value.value(at: path),
      let new = mutants(of: old).randomElement(using: &generator)
    else { return value }
    return value.replacing(path, with: new)
  }
}
