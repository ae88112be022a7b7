internal import NeuralNetwork
internal import StrictJSON

/// Bounds that come with the index of their input, in any order.
///
/// An index may be a tuple; tuples are ordered as the elements of an array in C order are.
struct IndexedBounds {
  private let inputCount: Int
  private var bounds: [(index: [Int], lower: Double, upper: Double)] = []

  /// No bounds yet.
  init(inputCount: Int) { self.inputCount = inputCount }

  /// Adds the bounds of one input.
  mutating func add(
    _ index: [Int], _ lower: Double, _ upper: Double, path: String
  ) throws(ModelFault) {
    guard bounds.count < inputCount, index.count == bounds.first?.index.count ?? index.count else {
      throw .malformed(
        place: path, reason: "expected \(inputCount) inputs with indices of one length")
    }
    bounds.append((index, lower, upper))
  }

  /// The box, if the indices are those of an array without holes.
  func domain() throws(ModelFault) -> InputDomain {
    let sorted = bounds.sorted { $0.index.lexicographicallyPrecedes($1.index) }
    var sizes = sorted.last?.index.map { $0 } ?? []
    for entry in sorted {
      for (axis, position) in entry.index.enumerated() { sizes[axis] = max(sizes[axis], position) }
    }
    // An array without holes has as many elements as the product of its sizes.
    var count = 1
    for size in sizes {
      let product = count.multipliedReportingOverflow(by: size &+ 1)
      count = product.overflow ? 0 : product.partialValue
    }
    let isDistinct = zip(sorted, sorted.dropFirst()).allSatisfy { $0.index != $1.index }
    guard count == inputCount, sorted.count == inputCount, isDistinct else {
      throw .invalidDomain(
        reason: "expected bounds for \(inputCount) inputs, each index from zero on once; "
          + "found \(sorted.count)")
    }
    return try .checked(box: Box(lower: sorted.map(\.lower), upper: sorted.map(\.upper)))
  }

  /// The index in a key such as `3`, `0,1` or `(0,)`; nil if it is none.
  static func index(_ key: String) -> [Int]? {
    var text = key[...]
    if text.hasPrefix("("), text.hasSuffix(")") {
      text = text.dropFirst().dropLast()
      if text.hasSuffix(",") { text = text.dropLast() }
    }
    var index: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let digits = part.drop { $0 == " " }
      guard let number = Int(digits), number >= 0, number < ModelLimits.tensorElements,
        index.count < ModelLimits.tensorRank
      else { return nil }
      index.append(number)
    }
    return index.isEmpty ? nil : index
  }

  /// The index in a JSON value: a number, or a list of them.
  static func index(_ value: JSONValue, path: String) throws(ModelFault) -> [Int] {
    try JSONNumbers.checked { () throws(JSONError) in
      guard case .array(let elements) = value else { return [try value.asCount(path: path)] }
      var index: [Int] = []
      for element in elements { index.append(try element.asCount(path: path)) }
      return index
    }
  }
}
