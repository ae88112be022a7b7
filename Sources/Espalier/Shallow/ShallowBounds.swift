internal import ExactArithmetic
internal import NeuralNetwork

/// What is proved about where a shallow network differs, and by how much.
public struct ShallowBounds: Hashable, Sendable {
  /// A share of the volume of the domain outside of which the networks are equal, or, in stored
  /// numbers, differ by at most `difference`; nil for a domain with rows.
  ///
  /// The sum over all forms of a bound on the share of the box where `0 < a < η`. With `c_t` the
  /// size of the slope along input `t` times its width, that is at most `η / max c_t`, since along
  /// one input it is an interval no longer than that, whatever the others; and at most
  /// `η √2 / |c|`, since no hyperplane cuts more than `√2` out of a unit cube.
  ///
  /// - Source: Ball, "Cube slicing in R^n", Proceedings of the AMS 97 (1986).
  public let share: Double?
  /// The most that an output can differ anywhere in the domain.
  public let error: Double
  /// The most that a stored form is away from the exact one.
  public let margin: Double
  /// The most that an output of the stored network differs outside of the slabs.
  public let difference: Double

  /// The bounds of a network and its stored form.
  public init(_ shallow: ShallowNetwork, _ stored: StoredShallow) {
    let design = shallow.design
    let box = design.domain.box
    let widths = design.freeInputs.map { Dyadic(box.upper[$0]) - Dyadic(box.lower[$0]) }
    let shares = zip(design.forms, stored.margins).map { form, margin in
      Self.share(
        of: shallow.slab + margin + margin,
        slopes: zip(form.coefficients, widths).map { $0.magnitude * $1 })
    }
    share = design.domain.isBox ? min(1, shares.reduce(0) { ($0 + $1).nextUp }) : nil
    let differences = stored.differences
    error =
      design.isAffine
      ? Self.up(differences.max() ?? .zero)
      : Self.up(
        differences.indices.map { o in
          differences[o] + (design.reaches.map { $0[o] }.max() ?? .zero)
        }.max() ?? .zero)
    margin = Self.up(stored.margins.max() ?? .zero)
    difference = Self.up(differences.max() ?? .zero)
  }

  /// A number that is not below either bound for one form, and at most 1.
  private static func share(of width: Dyadic, slopes: [Dyadic]) -> Double {
    let steepest = slopes.max() ?? .zero
    let square = slopes.reduce(.zero) { $0 + $1 * $1 }
    let bits = ScalarType.float64.precision
    guard
      let width = width.rounded(.up, toBitCount: bits).exactly(in: .float64), width.isNormal,
      let steepest = steepest.rounded(.down, toBitCount: bits).exactly(in: .float64),
      let square = square.rounded(.down, toBitCount: bits).exactly(in: .float64),
      steepest.isNormal, square.isNormal
    else { return 1 }
    // Every operation is rounded to the nearest number and then up.
    let root = (2 / square).nextUp.squareRoot().nextUp
    return min(1, (width / steepest).nextUp, (width * root).nextUp)
  }

  private static func up(_ value: Dyadic) -> Double {
    if value.isZero { return 0 }
    return value.rounded(.up, toBitCount: ScalarType.float64.precision).exactly(in: .float64)
      ?? (value < .one ? Double.leastNormalMagnitude : .infinity)
  }
}
