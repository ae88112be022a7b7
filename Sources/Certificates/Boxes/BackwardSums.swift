internal import ExactArithmetic
internal import NeuralNetwork

/// The coefficients of one backward bound on its way down, in memory that is used again.
///
/// They are sums of products of short integers and weights: doubles, up to an error that is known.
/// Where that leaves a doubt about rounding, the sums are taken exactly.
struct BackwardSums {
  /// The bits of the largest coefficient once it is rounded.
  static let coefficientBitCount = 28

  /// Sums, in units of `2^exponent`, and how far they may be from the exact ones.
  private(set) var sums: [Double]
  private var nextSums: [Double]
  private(set) var exponent = 0
  private var error = 0.0
  /// What was combined to get these sums: multipliers of the units of a layer.
  var multipliers: [Int64]
  private var usedMultipliers: [Int64]
  private var used: (place: BoxNetwork.LayerPlace, live: [Int])?
  /// The unit of the coefficients that are rounded, as a power of two of that of the sums.
  private(set) var shift = 0
  private var filter = RoundingFilter(power: 0, error: 0)

  init(_ network: BoxNetwork) {
    let width = network.places.map { max($0.unitCount, $0.inputCount) }.max() ?? 0
    sums = Array(repeating: 0, count: width)
    nextSums = sums
    multipliers = Array(repeating: 0, count: width)
    usedMultipliers = multipliers
  }

  /// Begins with the weights of a unit, or their opposites.
  mutating func begin(
    _ network: BoxNetwork, _ place: BoxNetwork.LayerPlace, unit i: Int, sign: Double
  ) {
    let start = place.firstWeight + i * place.inputCount
    for t in 0..<place.inputCount { sums[t] = sign * network.rows[start + t] }
    (exponent, error, used) = (0, 0, nil)
  }

  /// Chooses the unit of coefficients; false if all sums are zero.
  mutating func chooseUnit(over live: [Int], _ network: BoxNetwork) -> Bool {
    var largest = 0.0
    for i in live { largest = max(largest, abs(sums[i])) }
    guard
      let top = RoundingFilter.top(largest, error: error)
        ?? top(of: live.map { exactSum($0, network) })
    else { return false }
    shift = top - Self.coefficientBitCount + 1
    filter = RoundingFilter(power: -shift, error: error)
    return true
  }

  /// A sum, rounded up to the unit of coefficients.
  @inline(__always)
  func coefficient(_ i: Int, _ network: BoxNetwork) -> Int64 {
    filter.ceiling(sums[i]) ?? exactSum(i, network).units(ofExponent: shift, .up)
  }

  /// Goes down a layer: the sums become those of its rows times `multipliers`.
  mutating func combine(_ network: BoxNetwork, _ place: BoxNetwork.LayerPlace, live: [Int]) {
    let count = place.inputCount
    var magnitude = 0.0
    nextSums.withUnsafeMutableBufferPointer { next in
      for t in 0..<count { next[t] = 0 }
      network.rows.withUnsafeBufferPointer { rows in
        for i in live where multipliers[i] != 0 {
          let factor = Double(multipliers[i])
          magnitude += abs(factor) * network.largest[place.firstUnit + i]
          let start = place.firstWeight + i * count
          for t in 0..<count { next[t] += factor * rows[start + t] }
        }
      }
    }
    swap(&sums, &nextSums)
    swap(&multipliers, &usedMultipliers)
    used = (place, live)
    error = RoundingFilter.errorOfSum(count: live.count, magnitude: magnitude)
    exponent += shift
  }

  /// A sum, exactly.
  private func exactSum(_ t: Int, _ network: BoxNetwork) -> Dyadic {
    guard let used else { return Dyadic(sums[t]) }
    var sum = Dyadic.zero
    for i in used.live where usedMultipliers[i] != 0 {
      let weight = network.weight(used.place, i, t)
      if weight != 0 { sum += Dyadic(weight) * Dyadic(Int(usedMultipliers[i])) }
    }
    return sum
  }
}
