/// A tensor with its numbers as doubles, which hold every float32, float64 and small integer.
struct StoredTensor {
  /// The element types that are read.
  enum Element: Hashable {
    case float32
    case float64
    case integer
  }

  let dimensions: [Int]
  let elements: [Double]
  let type: Element

  /// A tensor of other dimensions with the same numbers in the same order.
  func reshaped(_ dimensions: [Int]) -> StoredTensor {
    StoredTensor(dimensions: dimensions, elements: elements, type: type)
  }

  /// The numbers as integers, or nil if they are not integers of a size that shapes have.
  var integers: [Int]? {
    guard type == .integer else { return nil }
    return elements.map { Int($0) }
  }

  /// True for the floating-point types.
  var isFloat: Bool { type != .integer }
}
