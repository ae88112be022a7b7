internal import ExactArithmetic

/// A decimal number of a text file with the double nearest to it.
struct DecimalNumber {
  /// The nearest double, ties to even.
  let value: Double
  /// True if the decimal is that double exactly.
  let isExact: Bool

  /// Reads `text`; overflow, and a number other than zero that would become zero, are refused.
  init(_ text: String, place: @autoclosure () -> String) throws(ModelFault) {
    guard text.utf8.count <= ModelLimits.decimalBytes else {
      throw .overLimit(
        place: "\(place()): digits of a number", limit: ModelLimits.decimalBytes,
        found: "\(text.utf8.count)")
    }
    guard let parts = DecimalParts(text), let value = Double(parts.plainText) else {
      throw .malformed(
        place: place(), reason: "expected a decimal number, found \(PrintableName(text))")
    }
    guard value.isFinite else {
      throw .malformed(
        place: place(), reason: "\(PrintableName(text)) overflows the doubles (1.8e308)")
    }
    guard value != 0 || parts.digits.isEmpty else {
      throw .malformed(
        place: place(),
        reason: "\(PrintableName(text)) is not zero but its nearest double is; rescale the data")
    }
    self.value = value
    isExact = parts.equals(value)
  }
}
