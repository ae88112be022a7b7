public import ExactArithmetic

/// A plane in the space of inputs: `x = origin + s · first + t · second`, exactly.
public struct InputSlice: Hashable, Sendable {
  /// How a slice was named.
  public enum Kind: Hashable, Sendable {
    /// `s` and `t` are two inputs; all others are fixed.
    case inputs(Int, Int)
    /// `s` and `t` count from the first point towards the second and the third.
    case plane
  }

  /// How the slice was named.
  public let kind: Kind
  /// The input at `s = t = 0`.
  public let origin: [Dyadic]
  /// What an input moves by for each unit of `s`.
  public let first: [Dyadic]
  /// What an input moves by for each unit of `t`.
  public let second: [Dyadic]

  /// The slice in which `s` is input `i`, `t` is input `j` and all others are as in `point`.
  ///
  /// - Parameter point: One number per input; those at `i` and `j` do not matter.
  /// - Throws: `SliceError`
  public init(inputs i: Int, _ j: Int, at point: [Double]) throws(SliceError) {
    guard point.count >= 2 else { throw .tooFewInputs(point.count) }
    for input in [i, j] where !point.indices.contains(input) {
      throw .noSuchInput(input, count: point.count)
    }
    guard i != j else { throw .sameInput(i) }
    kind = .inputs(i, j)
    origin = point.indices.map { $0 == i || $0 == j ? .zero : Dyadic(point[$0]) }
    first = point.indices.map { $0 == i ? .one : .zero }
    second = point.indices.map { $0 == j ? .one : .zero }
  }

  /// The plane through three points, at `(s, t) = (0, 0), (1, 0), (0, 1)`.
  ///
  /// - Throws: `SliceError`, also for points on one line.
  public init(
    through start: [Double], _ second: [Double], _ third: [Double]
  ) throws(SliceError) {
    guard start.count >= 2 else { throw .tooFewInputs(start.count) }
    for other in [second, third] where other.count != start.count {
      throw .lengthMismatch(expected: start.count, found: other.count)
    }
    kind = .plane
    origin = start.map { Dyadic($0) }
    first = zip(second, start).map { Dyadic($0) - Dyadic($1) }
    self.second = zip(third, start).map { Dyadic($0) - Dyadic($1) }
    guard independentInputs != nil else { throw .collinear }
  }

  /// The number of inputs.
  public var inputCount: Int { origin.count }

  /// The input at a point of the slice.
  public func input(at point: (s: Dyadic, t: Dyadic)) -> [Dyadic] {
    origin.indices.map { origin[$0] + point.s * first[$0] + point.t * second[$0] }
  }

  /// Two inputs that together tell where in the slice an input is; nil if the slice is a line.
  ///
  /// Of all pairs with one certain input the one with the largest determinant, in the order that
  /// makes it positive.
  var independentInputs: (Int, Int)? {
    let sizes = first.indices.map { max(first[$0].magnitude, second[$0].magnitude) }
    guard let i = sizes.indices.max(by: { sizes[$0] < sizes[$1] }) else { return nil }
    let determinants = first.indices.map { first[i] * second[$0] - second[i] * first[$0] }
    let areas = determinants.map(\.magnitude)
    guard let j = areas.indices.max(by: { areas[$0] < areas[$1] }), !determinants[j].isZero
    else { return nil }
    return determinants[j].signum > 0 ? (i, j) : (j, i)
  }
}
