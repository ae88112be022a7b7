internal import ExactArithmetic

/// The digits of a decimal number: `± digits · 10^exponent`.
struct DecimalParts {
  /// True for a minus sign.
  let isNegative: Bool
  /// The digits without zeros at either end; empty for zero.
  let digits: [UInt8]
  /// The power of ten.
  let exponent: Int
  /// The number in the spelling that Swift reads.
  let plainText: String

  /// The longest exact decimal spelling of a double has 767 digits.
  private static let longestDouble = 767

  /// Splits `text`: sign, digits with at most one point, exponent; nil for anything else.
  init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    let whole = rest.prefix(while: Self.isDigit)
    rest = rest.dropFirst(whole.count)
    var fraction: ArraySlice<UInt8> = []
    if rest.first == UInt8(ascii: ".") {
      fraction = rest.dropFirst().prefix(while: Self.isDigit)
      rest = rest.dropFirst(fraction.count + 1)
    }
    guard !whole.isEmpty || !fraction.isEmpty, let power = Self.power(rest) else { return nil }
    var digits = Array(whole + fraction)
    let trailing = digits.reversed().prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeLast(trailing)
    digits.removeFirst(digits.prefix { $0 == UInt8(ascii: "0") }.count)
    self.digits = digits
    exponent = digits.isEmpty ? 0 : power - fraction.count + trailing
    plainText =
      digits.isEmpty
      ? "0"
      : "\(isNegative ? "-" : "")\(String(decoding: digits, as: UTF8.self))e\(exponent)"
  }

  /// True if the number is exactly `value`.
  func equals(_ value: Double) -> Bool {
    if digits.isEmpty { return value == 0 }
    guard digits.count <= Self.longestDouble, exponent >= -1074, exponent <= 308 else {
      return false
    }
    var number = Dyadic.zero
    for start in stride(from: 0, to: digits.count, by: Self.chunk) {
      let part = digits[start..<min(start + Self.chunk, digits.count)]
      let value = part.reduce(0) { $0 * 10 + Int($1) - 48 }
      number = number * Self.powerOfTen(part.count) + Dyadic(value)
    }
    if isNegative { number = -number }
    let power = Self.powerOfTen(Int(exponent.magnitude))
    return exponent >= 0 ? number * power == Dyadic(value) : number == Dyadic(value) * power
  }

  /// Digits that fit in an `Int`.
  private static let chunk = 18

  private static func powerOfTen(_ exponent: Int) -> Dyadic {
    var power = Dyadic.one
    for start in stride(from: 0, to: exponent, by: chunk) {
      let count = min(chunk, exponent - start)
      power = power * Dyadic((0..<count).reduce(1) { value, _ in value * 10 })
    }
    return power
  }

  /// The exponent in `rest`, cut to a million, since beyond that everything over- or underflows.
  private static func power(_ rest: ArraySlice<UInt8>) -> Int? {
    guard let mark = rest.first else { return 0 }
    guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return nil }
    var digits = rest.dropFirst()
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
    var value = 0
    for digit in digits { value = min(value * 10 + Int(digit) - 48, 1_000_000) }
    return isNegative ? -value : value
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
