internal import ExactArithmetic

/// Reads the decimals of a file and remembers which of them are no doubles.
struct InexactDecimals {
  private var count = 0
  private var first = ""

  /// The double nearest to the decimal `text`.
  mutating func read(_ text: String, place: @autoclosure () -> String) throws(ModelFault) -> Double
  {
    let number = try DecimalNumber(text, place: place())
    if !number.isExact {
      count += 1
      if count == 1 { first = "\(place()): \(PrintableName(text)) is \(Dyadic(number.value))" }
    }
    return number.value
  }

  /// What to tell the user, if there is anything.
  var notes: [String] {
    count == 0
      ? []
      : [
        "\(count) decimal \(count == 1 ? "number is" : "numbers are") not exactly representable; "
          + "the nearest doubles are used (\(first))"
      ]
  }
}
