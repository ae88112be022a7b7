/// Why a slice of the inputs cannot be cut into polygons.
public enum SliceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The network has fewer than two inputs.
  case tooFewInputs(Int)
  /// One input is named twice.
  case sameInput(Int)
  /// An input that the network does not have.
  case noSuchInput(Int, count: Int)
  /// A point has another number of coordinates than the network has inputs.
  case lengthMismatch(expected: Int, found: Int)
  /// The three points of a plane lie on one line.
  case collinear
  /// An input that the slice fixes is outside the domain.
  case outsideDomain(input: Int, value: Double, lower: Double, upper: Double)
  /// The slice and the domain have no common area.
  case noArea(EdgeSource)
  /// The network does not have as many layers.
  case noSuchLayer(Int, count: Int)

  /// True if the slice is named wrongly, whatever the domain.
  public var isWrongUsage: Bool {
    switch self {
    case .sameInput, .noSuchInput, .noSuchLayer: true
    case .tooFewInputs, .lengthMismatch, .collinear, .outsideDomain, .noArea: false
    }
  }

  public var description: String {
    switch self {
    case .tooFewInputs(let count):
      "a picture needs a network with at least 2 inputs, found \(count)"
    case .sameInput(let input): "expected two different inputs, found input \(input) twice"
    case .noSuchInput(let input, let count):
      "there is no input \(input): expected 0 to \(count - 1)"
    case .lengthMismatch(let expected, let found):
      "expected \(expected) numbers, as the network has inputs, found \(found)"
    case .collinear: "the three points lie on one line; expected three points that span a plane"
    case .outsideDomain(let input, let value, let lower, let upper):
      "the slice misses the domain: input \(input) is \(value) on all of it, "
        + "outside \(lower) … \(upper)"
    case .noArea(let source):
      "the slice and the domain have no common area (nothing is left at: \(source))"
    case .noSuchLayer(let layer, let count):
      "expected 1 to \(count) layers, found \(layer)"
    }
  }
}
