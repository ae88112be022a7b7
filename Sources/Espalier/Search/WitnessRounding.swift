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

  /// The first rounding that has the sign exactly: stored numbers first, then ever longer ones.
  func round(_ point: [Rational]) -> [Dyadic]? {
    if let stored = roundToStored(point) { return stored }
    for bits in Self.precisions {
      let candidate = point.enumerated().map { t, value in
        inside(value.dyadic ?? value.rounded(fractionBits: bits), input: t)
      }
      if hasSign(candidate) { return candidate }
    }
    return nil
  }

  /// The point in numbers of the stored type, if it has the sign exactly.
  func roundToStored(_ point: [Rational]) -> [Dyadic]? {
    let type = state.network.network.scalarType
    let stored = point.enumerated().map { t, value in
      inside(Dyadic(DoubleRounding.nearest(value.approximation, in: type)), input: t)
    }
    return hasSign(stored) ? stored : nil
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
