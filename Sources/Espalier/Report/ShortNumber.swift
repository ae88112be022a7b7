/// Prints numbers for tables.
public enum ShortNumber {
  /// A number with about four significant digits.
  public static func text(_ value: Double) -> String {
    guard value.isFinite else { return value < 0 ? "-inf" : "inf" }
    if value == 0 { return "0" }
    let size = abs(value)
    if size >= 1e5 || size < 1e-3 {
      let exponent = decimalExponent(size)
      let mantissa = (value / power(exponent) * 1000).rounded() / 1000
      return "\(trimmed(mantissa))e\(exponent)"
    }
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

  private static func decimalExponent(_ size: Double) -> Int {
    guard let mark = "\(size)".firstIndex(of: "e") else {
      var exponent = 0
      var rest = size
      while rest >= 10 {
        rest /= 10
        exponent += 1
      }
      while rest < 1 {
        rest *= 10
        exponent -= 1
      }
      return exponent
    }
    return Int("\(size)"[mark...].dropFirst().replacing("+", with: "")) ?? 0
  }

  private static func power(_ exponent: Int) -> Double {
    Double("1e\(exponent)") ?? 1
  }
}
