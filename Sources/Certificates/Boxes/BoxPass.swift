internal import ExactArithmetic
internal import NeuralNetwork

/// The evaluation of one box after the other, in memory that is used again: here the intervals.
///
/// - Source: `docs/certificate-format.md`, section 16.
struct BoxPass {
  /// The bits of the largest end of an interval before its offset.
  static let endBitCount = 32

  let network: BoxNetwork
  var units: BoxUnits
  var backward: BackwardSums
  /// What guides a search; nil for a checker, which needs none.
  var guide: BoxGuide?
  /// The widths of the inputs that vary, in units of `2^widthExponent`.
  private(set) var widths: [Int64]
  private(set) var widthExponent = 0
  let inputs: [Int]
  /// The values of layer 0 at the lower corner of the box.
  private var corner: BoxCorner
  private var lowSums: [Double]
  private var highSums: [Double]

  init(_ network: BoxNetwork, corner: BoxCorner, isGuiding: Bool) {
    self.network = network
    self.corner = corner
    guide =
      isGuiding
      ? BoxGuide(unitCount: network.biases.count, inputCount: network.places[0].inputCount) : nil
    units = BoxUnits(network)
    backward = BackwardSums(network)
    inputs = Array(0..<network.places[0].inputCount)
    widths = inputs.map { _ in 0 }
    lowSums = Array(repeating: 0, count: network.places.map(\.unitCount).max() ?? 0)
    highSums = lowSums
  }

  /// Begins a box.
  ///
  /// - Parameters:
  ///   - exact: The widths of the inputs that vary.
  ///   - lower: The lower corner.
  mutating func begin(widths exact: [Dyadic], corner lower: [Double]) {
    widthExponent = (top(of: exact) ?? 0) - Self.endBitCount + 1
    for t in widths.indices { widths[t] = exact[t].units(ofExponent: widthExponent, .up) }
    corner.move(to: lower)
  }

  /// Sets what the layers above need of a layer.
  mutating func relax(_ k: Int) {
    let place = network.places[k]
    units.relax(k, place)
    guard k == 0, guide != nil else { return }
    for i in units.live[0] where units.isOpen(i) {
      let parts = widths.indices.map { abs(network.weight(place, i, $0)) * Double(widths[$0]) }
      guide?.setShares(of: i, parts)
    }
  }

  /// Sets the intervals of a layer, given those of the layer below.
  mutating func setIntervals(of k: Int) {
    let place = network.places[k]
    let largestEnd = addSums(of: k, place)
    let inputExponent = k == 0 ? widthExponent : units.exponents[k - 1]
    let tops = [
      sumTop(of: k, place, largestEnd, inputExponent),
      k == 0 ? corner.top : place.biasTop,
    ]
    let unit = (tops.compactMap(\.self).max() ?? 0) - Self.endBitCount + 1
    units.exponents[k] = unit
    for i in 0..<place.unitCount {
      let n = place.firstUnit + i
      let filter = RoundingFilter(
        power: inputExponent - unit, error: error(n, place, largestEnd))
      let low =
        filter.floor(lowSums[i]) ?? sum(of: k, i, .lower).units(ofExponent: unit, .down)
      let high =
        filter.ceiling(highSums[i]) ?? sum(of: k, i, .upper).units(ofExponent: unit, .up)
      setOffsets(of: k, i, n, unit)
      units.lower[n] = low + units.offsetsBelow[n]
      units.upper[n] = high + units.offsetsAbove[n]
    }
  }

  private func error(
    _ n: Int, _ place: BoxNetwork.LayerPlace, _ largestEnd: Int64
  ) -> Double {
    RoundingFilter.errorOfSum(
      count: 2 * place.inputCount, magnitude: network.magnitudes[n] * Double(largestEnd))
  }

  private mutating func setOffsets(of k: Int, _ i: Int, _ n: Int, _ unit: Int) {
    if k == 0 {
      (units.offsetsBelow[n], units.offsetsAbove[n]) = corner.offsets(of: i, unit: unit)
      return
    }
    let filter = RoundingFilter(power: -unit, error: 0)
    let bias = network.biases[n]
    units.offsetsBelow[n] =
      filter.floor(bias) ?? Dyadic(bias).units(ofExponent: unit, .down)
    units.offsetsAbove[n] =
      filter.ceiling(bias) ?? Dyadic(bias).units(ofExponent: unit, .up)
  }

  /// The ends of an output of the layer below layer `k`.
  private func ends(below k: Int, _ t: Int) -> (low: Int64, high: Int64) {
    if k == 0 { return (0, widths[t]) }
    let n = network.places[k - 1].firstUnit + t
    return (max(units.lower[n], 0), max(units.upper[n], 0))
  }

  /// Sets the sums of a layer; returns the largest end of an output below.
  private mutating func addSums(of k: Int, _ place: BoxNetwork.LayerPlace) -> Int64 {
    for i in 0..<place.unitCount {
      lowSums[i] = 0
      highSums[i] = 0
    }
    var largest: Int64 = 0
    for t in 0..<place.inputCount {
      let (low, high) = ends(below: k, t)
      largest = max(largest, high)
      if high > 0 { add(Double(low), Double(high), place, input: t) }
    }
    return largest
  }

  private mutating func add(
    _ low: Double, _ high: Double, _ place: BoxNetwork.LayerPlace, input t: Int
  ) {
    let (count, start) = (place.unitCount, place.firstWeight + t * place.unitCount)
    network.positive.withUnsafeBufferPointer { positive in
      network.negative.withUnsafeBufferPointer { negative in
        lowSums.withUnsafeMutableBufferPointer { lowSums in
          for i in 0..<count {
            lowSums[i] += positive[start + i] * low + negative[start + i] * high
          }
        }
        highSums.withUnsafeMutableBufferPointer { highSums in
          for i in 0..<count {
            highSums[i] += positive[start + i] * high + negative[start + i] * low
          }
        }
      }
    }
  }

  /// The top of the sums of a layer; nil if all are zero.
  private func sumTop(
    of k: Int, _ place: BoxNetwork.LayerPlace, _ largestEnd: Int64, _ inputExponent: Int
  ) -> Int? {
    var (largest, largestError) = (0.0, 0.0)
    for i in 0..<place.unitCount {
      largest = max(largest, abs(lowSums[i]), abs(highSums[i]))
      largestError = max(largestError, error(place.firstUnit + i, place, largestEnd))
    }
    if let top = RoundingFilter.top(largest, error: largestError) { return top + inputExponent }
    return top(
      of: (0..<place.unitCount).flatMap { i in Side.allCases.map { sum(of: k, i, $0) } })
  }

  /// What the inputs of layer `k` add to an end of a unit, exactly.
  private func sum(of k: Int, _ i: Int, _ side: Side) -> Dyadic {
    let place = network.places[k]
    var sum = Dyadic.zero
    for t in 0..<place.inputCount {
      let (low, high) = ends(below: k, t)
      let weight = network.weight(place, i, t)
      let end = (weight > 0) == (side == .upper) ? high : low
      if weight != 0 && end != 0 { sum += Dyadic(weight) * Dyadic(Int(end)) }
    }
    return sum.scaled(byPowerOfTwo: k == 0 ? widthExponent : units.exponents[k - 1])
  }
}
