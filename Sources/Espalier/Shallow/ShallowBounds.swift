internal import ExactArithmetic
internal import NeuralNetwork

/// What is proved about where a shallow network differs, and by how much.
public struct ShallowBounds: Hashable, Sendable {
  /// A share of the volume of the domain outside of which the networks are equal, or, in stored
  /// numbers, differ by at most `difference`; nil for a domain with rows.
  ///
  /// The sum over all forms of a bound on the share of the box where `0 < a < η`. Along an input of
  /// width `w` on which the form has the slope `g`, that is an interval no longer than `η / |g|`,
  /// whatever the other inputs; so the share is at most `η / (|g| w)`, for each such input.
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
      let slope = zip(form.coefficients, widths).map { $0.magnitude * $1 }.max() ?? .zero
      return Self.quotient(shallow.slab + margin + margin, slope)
    }
    // Each sum is rounded to the nearest number and then up.
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

  /// A number that is not below `dividend / divisor`, and at most 1.
  private static func quotient(_ dividend: Dyadic, _ divisor: Dyadic) -> Double {
    let bits = ScalarType.float64.precision
    guard
      let low = divisor.rounded(.down, toBitCount: bits).exactly(in: .float64), low.isNormal,
      let high = dividend.rounded(.up, toBitCount: bits).exactly(in: .float64), high.isNormal
    else { return 1 }
    return min(1, (high / low).nextUp)
  }

  private static func up(_ value: Dyadic) -> Double {
    if value.isZero { return 0 }
    return value.rounded(.up, toBitCount: ScalarType.float64.precision).exactly(in: .float64)
      ?? (value < .one ? Double.leastNormalMagnitude : .infinity)
  }
}
