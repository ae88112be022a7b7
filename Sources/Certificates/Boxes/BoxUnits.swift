/// The units of all layers in one box, as far as they are known; memory that is used again.
struct BoxUnits {
  /// What a unit is in the box.
  enum Kind {
    case off, on
    /// Both signs; the lower slope of its relaxation is 0 or 1.
    case flat, steep
  }

  /// The ends of intervals and the offsets, in units of `2^exponents` of their layer.
  var lower: [Int64]
  var upper: [Int64]
  var offsetsBelow: [Int64]
  var offsetsAbove: [Int64]
  var exponents: [Int]
  private(set) var kinds: [Kind]
  /// The upper slopes of open units, in units of 2^-16.
  private(set) var slopes: [Int64]
  /// For each layer, its units that are not off.
  private(set) var live: [[Int]]

  /// The bits of a slope after the point.
  static let slopeBitCount: Int64 = 16

  init(_ network: BoxNetwork) {
    let count = network.biases.count
    lower = Array(repeating: 0, count: count)
    upper = lower
    offsetsBelow = lower
    offsetsAbove = lower
    slopes = lower
    kinds = Array(repeating: .off, count: count)
    exponents = network.places.map { _ in 0 }
    live = network.places.map { _ in [] }
  }

  /// True if the interval of a unit holds numbers of both signs.
  func isOpen(_ unit: Int) -> Bool { lower[unit] < 0 && upper[unit] > 0 }

  /// Sets what the layers above need of a layer.
  mutating func relax(_ k: Int, _ place: BoxNetwork.LayerPlace) {
    live[k].removeAll(keepingCapacity: true)
    for i in 0..<place.unitCount {
      let unit = place.firstUnit + i
      let (low, high) = (lower[unit], upper[unit])
      if high <= 0 {
        kinds[unit] = .off
        continue
      }
      live[k].append(i)
      if low >= 0 {
        kinds[unit] = .on
      } else {
        kinds[unit] = high > -low ? .steep : .flat
        slopes[unit] = (high << Self.slopeBitCount) / (high - low)
      }
    }
  }
}
