internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Turns any vector into a point of the domain, in numbers of the stored type.
struct DomainSampler {
  let domain: InputDomain
  /// A point of the domain to pull towards; needed if there are rows or a ball.
  let member: [Double]
  private let lower: [Double]
  private let upper: [Double]
  private let type: ScalarType

  /// How far short of a row or of the ball a pulled point stays, so that rounding keeps it inside.
  private static let pullMargin = 1e-7

  init(domain: InputDomain, type: ScalarType, member: [Double]?) {
    self.domain = domain
    self.type = type
    // The largest box of stored numbers inside the box; a side without any keeps its double.
    let ends = zip(domain.box.lower, domain.box.upper).map { low, high in
      let inner = (Self.storedNumber(low, in: type, atLeast: low, atMost: high) ?? low)
      let outer = (Self.storedNumber(high, in: type, atLeast: low, atMost: high) ?? high)
      return inner <= outer ? (inner, outer) : (low, low)
    }
    lower = ends.map { $0.0 }
    upper = ends.map { $0.1 }
    self.member = member ?? lower
  }

  /// A point of the domain near `x`: rounded to the stored type, cut to the box, and pulled towards
  /// the member until rows and ball hold (up to rounding; exact arithmetic has the last word).
  func admit(_ x: [Double]) -> [Double] {
    let cut = x.indices.map { i in
      let value = x[i].isFinite ? x[i] : lower[i]
      let stored = type == .float32 ? Double(Float(value)) : value
      return min(max(stored, lower[i]), upper[i])
    }
    return domain.isBox ? cut : pulled(cut)
  }

  /// The corner of the box that maximizes a linear form.
  func corner(maximizing coefficients: some Sequence<Double>) -> [Double] {
    admit(coefficients.enumerated().map { $1 > 0 ? upper[$0] : lower[$0] })
  }

  /// The corners of the box, if at most `count` inputs vary; else none.
  func corners(ofAtMost count: Int) -> [[Double]] {
    let varying = lower.indices.filter { lower[$0] < upper[$0] }
    if varying.count > count { return [] }
    return (0..<1 << varying.count).map { number in
      var corner = lower
      for (bit, t) in varying.enumerated() where number >> bit & 1 == 1 { corner[t] = upper[t] }
      return admit(corner)
    }
  }

  /// Points at random: uniform in the box, on its corners, and mixtures.
  func random(count: Int, using generator: inout SeededGenerator) -> [[Double]] {
    (0..<count).map { i in
      let share = Double.random(in: 0...1, using: &generator)
      return admit(
        lower.indices.map { t in
          switch i % 3 {
          case 0:
            return Double.random(in: 0...1, using: &generator) * (upper[t] - lower[t]) + lower[t]
          case 1: return Bool.random(using: &generator) ? lower[t] : upper[t]
          default:
            let isUp = Double.random(in: 0...1, using: &generator) < share
            return isUp ? upper[t] : lower[t]
          }
        })
    }
  }

  /// The width of each side.
  var widths: [Double] { zip(lower, upper).map { $1 - $0 } }

  private func pulled(_ x: [Double]) -> [Double] {
    var share = 1.0
    for row in domain.rows {
      let here = row.terms.reduce(0) { $0 + $1.coefficient * x[$1.input] }
      let there = row.terms.reduce(0) { $0 + $1.coefficient * member[$1.input] }
      if here > row.bound {
        share = min(share, here > there ? max(0, (row.bound - there) / (here - there)) : 0)
      }
    }
    if let ball = domain.ball {
      let here = zip(x, ball.center).reduce(0) { $0 + abs($1.0 - $1.1) }
      let there = zip(member, ball.center).reduce(0) { $0 + abs($1.0 - $1.1) }
      if here > ball.radius {
        share = min(share, here > there ? max(0, (ball.radius - there) / (here - there)) : 0)
      }
    }
    if share == 1 { return x }
    let reach = share * (1 - Self.pullMargin)
    return zip(x, member).map { target, start in
      let value = start + reach * (target - start)
      let stored = type == .float32 ? Double(Float(value)) : value
      return stored
    }.enumerated().map { min(max($1, lower[$0]), upper[$0]) }
  }

  /// The stored number nearest to `value` that lies in the given range.
  private static func storedNumber(
    _ value: Double, in type: ScalarType, atLeast low: Double, atMost high: Double
  ) -> Double? {
    if type == .float64 { return value }
    let nearest = Float(value)
    return [nearest, nearest.nextUp, nearest.nextDown].map(Double.init)
      .first { low <= $0 && $0 <= high }
  }
}
