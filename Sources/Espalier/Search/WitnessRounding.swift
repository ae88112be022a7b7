internal import Certificates
internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Turns a rational point with the asked sign into a dyadic point of the domain that has it too.
struct WitnessRounding {
  /// The numbers of fractional bits that are tried after the stored type's own numbers.
  static let precisions = [53, 106, 212, 424, 848, 1696, 3392]

  let state: ProofState
  let target: UnitID
  let side: Side
  /// A point of the domain to pull towards: where rows or a ball meet at a point that is not
  /// dyadic, every rounding of it may lie outside.
  let member: [Double]

  /// The first rounding that has the sign exactly: stored numbers first, then ever longer ones.
  func round(_ point: [Rational]) -> [Dyadic]? {
    if let stored = roundToStored(point) { return stored }
    for bits in Self.precisions {
      let rounded = { (value: Rational) in value.dyadic ?? value.rounded(fractionBits: bits) }
      if let found = firstWithSign(point, pull: bits / 2, rounded) { return found }
    }
    return nil
  }

  /// The point in numbers of the stored type, if it has the sign exactly.
  func roundToStored(_ point: [Rational]) -> [Dyadic]? {
    let type = state.network.network.scalarType
    return firstWithSign(point, pull: type == .float32 ? 12 : 26) {
      Dyadic(DoubleRounding.nearest($0.approximation, in: type))
    }
  }

  /// The rounded point, or else, where rows or a ball may have lost it, the rounded point after a
  /// step of `2^-pull` of the way to the member.
  private func firstWithSign(
    _ point: [Rational], pull: Int, _ rounded: (Rational) -> Dyadic
  ) -> [Dyadic]? {
    let plain = point.enumerated().map { inside(rounded($1), input: $0) }
    if hasSign(plain) { return plain }
    if state.domain.isBox { return nil }
    let pulled = point.enumerated().map { t, value in
      let step = (Rational(Dyadic(member[t])) - value).scaled(byPowerOfTwo: -pull)
      return inside(rounded(value + step), input: t)
    }
    return hasSign(pulled) ? pulled : nil
  }

  private func hasSign(_ point: [Dyadic]) -> Bool {
    guard state.domain.violation(at: point) == nil else { return false }
    let sign = state.network.signs(at: point)[target.layer][target.index]
    return sign == (side == .upper ? 1 : -1)
  }

  private func inside(_ value: Dyadic, input t: Int) -> Dyadic {
    min(max(value, Dyadic(state.domain.box.lower[t])), Dyadic(state.domain.box.upper[t]))
  }
}

extension Rational {
  /// The largest multiple of `2^-fractionBits` that is not above the number.
  func rounded(fractionBits: Int) -> Dyadic {
    Dyadic(scaled(byPowerOfTwo: fractionBits).floor, exponent: -fractionBits)
  }
}

/// Rounding of doubles to stored numbers.
enum DoubleRounding {
  static func nearest(_ value: Double, in type: ScalarType) -> Double {
    let finite = value.isFinite ? value : 0
    return type == .float32 && abs(finite) < Double(Float.greatestFiniteMagnitude)
      ? Double(Float(finite)) : finite
  }
}
