internal import ExactArithmetic
internal import StrictJSON

/// Reads JSON numbers as doubles.
struct JSONNumbers {
  private var decimals = InexactDecimals()

  /// What to tell the user about decimals that are no doubles.
  var notes: [String] { decimals.notes }

  /// A number, or a string with the canonical spelling of an exact one.
  mutating func number(
    _ value: JSONValue, path: @autoclosure () -> String, allowsExactText: Bool = false
  ) throws(ModelFault) -> Double {
    switch value {
    case .number(let text): return try decimals.read(text, place: path())
    case .string(let text) where allowsExactText:
      guard let exact = Dyadic(canonical: text), let number = exact.exactly(in: .float64) else {
        throw .malformed(
          place: path(),
          reason: "expected an exact double such as \"0x3p-1\", found \(PrintableName(text))")
      }
      return number
    default:
      throw .malformed(place: path(), reason: "expected a number, found \(value.typeName)")
    }
  }

  /// A list of numbers.
  mutating func list(
    _ value: JSONValue, path: String, allowsExactText: Bool = false
  ) throws(ModelFault) -> [Double] {
    guard case .array(let elements) = value else {
      throw .malformed(place: path, reason: "expected an array, found \(value.typeName)")
    }
    var numbers: [Double] = []
    numbers.reserveCapacity(elements.count)
    for (i, element) in elements.enumerated() {
      numbers.append(
        try number(element, path: "\(path)[\(i)]", allowsExactText: allowsExactText))
    }
    return numbers
  }

  /// Runs a step of the JSON reader with its error as a fault.
  static func checked<Value>(
    _ step: () throws(JSONError) -> Value
  ) throws(ModelFault) -> Value {
    do throws(JSONError) {
      return try step()
    } catch {
      throw .malformed(
        place: PrintableName.sentence(error.place), reason: PrintableName.sentence(error.reason))
    }
  }
}
