internal import BigInt

/// The one spelling of a dyadic number in files: `0`, or an odd hexadecimal integer with a power of
/// two: 3.25 is `0xdp-2`, and `0x1ap-3` is refused because 0x1a is even.
///
/// Grammar: `-? 0x [1-9a-f][0-9a-f]* p -? [0-9]+`, no leading zeros, no `-0` exponent.
extension Dyadic: CustomStringConvertible {
  /// The longest significand that is read, in hexadecimal digits.
  public static let maximumDigitCount = 8192
  /// The largest absolute exponent that is read.
  public static let maximumExponentMagnitude = 65_536

  public var description: String {
    isZero
      ? "0"
      : "\(signum < 0 ? "-" : "")0x\(String(significand.magnitude, radix: 16))p\(exponent)"
  }

  /// Reads the canonical spelling; nil for anything else.
  public init?(canonical text: String) {
    if text == "0" {
      self = .zero
      return
    }
    let isNegative = text.hasPrefix("-")
    let body = text.dropFirst(isNegative ? 1 : 0)
    guard body.hasPrefix("0x"), let mark = body.lastIndex(of: "p") else { return nil }
    let digits = body[body.index(body.startIndex, offsetBy: 2)..<mark]
    let power = body[body.index(after: mark)...]
    guard digits.utf8.count <= Self.maximumDigitCount, Self.isCanonicalHex(digits),
      let exponent = Int(power), String(exponent) == power,
      exponent.magnitude <= Self.maximumExponentMagnitude,
      let magnitude = BigInt(String(digits), radix: 16), magnitude.trailingZeroBitCount == 0
    else { return nil }
    self.init(isNegative ? -magnitude : magnitude, exponent: exponent)
  }

  private static func isCanonicalHex(_ digits: Substring) -> Bool {
    !digits.isEmpty && digits.first != "0"
      && digits.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }
}
