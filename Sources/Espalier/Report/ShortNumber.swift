/// Prints numbers for tables.
public enum ShortNumber {
  /// A number with about four significant digits.
  public static func text(_ value: Double) -> String {
    guard value.isFinite else { return value < 0 ? "-inf" : "inf" }
    if value == 0 { return "0" }
    let size = abs(value)
    if size >= 1e5 || size < 1e-3 { return scientific(value) }
    let digits = size >= 1000 ? 1.0 : size >= 100 ? 10 : size >= 10 ? 100 : 10_000
    return trimmed((value * digits).rounded() / digits)
  }

  /// A whole number with a comma every three digits.
  public static func grouped(_ value: Int) -> String {
    var text = ""
    for (i, digit) in String(value.magnitude).reversed().enumerated() {
      if i > 0 && i % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (value < 0 ? "-" : "") + String(text.reversed())
  }

  private static func trimmed(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func scientific(_ value: Double) -> String {
    let text = "\(value)"
    var mantissa: Double
    var exponent: Int
    if let mark = text.firstIndex(of: "e") {
      mantissa = Double(text[..<mark]) ?? 0
      exponent = Int(text[mark...].dropFirst().replacing("+", with: "")) ?? 0
    } else {
      (mantissa, exponent) = (value, 0)
      while abs(mantissa) >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
      while abs(mantissa) < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    }
    mantissa = (mantissa * 1000).rounded() / 1000
    return "\(trimmed(mantissa))e\(exponent)"
  }
}
