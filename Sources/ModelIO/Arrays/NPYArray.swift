/// A NumPy array of numbers.
public struct NPYArray: Hashable, Sendable {
  /// The types of numbers that are read.
  public enum Element: Hashable, Sendable {
    /// 32-bit floats.
    case float32
    /// 64-bit floats.
    case float64
    /// Integers of at most 64 bits.
    case integer
  }

  /// The size along each axis.
  public let shape: [Int]
  /// The numbers in C order, whatever the order in the file.
  public let elements: [Double]
  /// The type of the numbers in the file.
  public let element: Element
}
