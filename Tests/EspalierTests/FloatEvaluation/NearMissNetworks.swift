import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport

/// Random networks with units whose proved margin is as small as a promise allows.
///
/// Layer by layer, units read inputs of their own, so that interval bounds are exact and a unit
/// that misses its promise by a little can be shown to.
struct NearMissNetworks {
  /// What the bias of a tuned unit just leaves true.
  enum Margin: Sendable {
    /// The unit is float-safe.
    case floatSafe
    /// The unit is stable over the reals.
    case stable
  }

  /// The sizes of weights and inputs.
  enum Scale: Int, Sendable, CaseIterable {
    /// Around 1.
    case ordinary
    /// Weights from 2^-24 to 1.
    case wide
    /// Inputs that hardly vary, so that sums cancel.
    case narrow
    /// Products below the smallest normal float32.
    case tiny
  }

  /// A network with its tuned units.
  struct Sample {
    let proved: ProofState
    let targets: [(unit: UnitID, stability: Stability)]
  }

  private let margin: Margin
  private let scale: Scale
  private var generator: SplitMix64

  init(seed: UInt64, scale: Scale, margin: Margin) {
    self.margin = margin
    self.scale = scale
    generator = SplitMix64(seed: seed)
  }

  /// A network of three layers: groups of inputs, groups of units, one unit.
  mutating func sample() throws -> Sample {
    let fan = Int.random(in: 2...5, using: &generator)
    let groupCounts = [Int.random(in: 3...4, using: &generator), 2, 1]
    let domain = try InputDomain(box: box(count: fan * groupCounts[0]))
    var layers: [Layer] = []
    var targets: [(unit: UnitID, stability: Stability)] = []
    // The inputs of the next layer: each group's members vary by themselves.
    var groups = (0..<groupCounts[0]).map { g in Array(g * fan..<(g + 1) * fan) }
    var width = fan * groupCounts[0]
    for k in groupCounts.indices {
      var rows: [[Double]] = []
      var biases: [Double] = []
      for group in groups {
        rows.append(row(reading: group, width: width))
        biases.append(Double(Float(weight() / 8)))
      }
      for group in groups {
        for stability in [Stability.stablyInactive, .stablyActive] {
          let row = row(reading: group, width: width)
          let bias = try tunedBias(stability, row: row, behind: layers, on: domain)
          targets.append((UnitID(layer: k, index: rows.count), stability))
          rows.append(row)
          biases.append(bias)
        }
      }
      layers.append(Layer(weights: Matrix(rows: rows), biases: biases, activation: .relu))
      width = rows.count
      groups = regrouped(unitCount: groups.count, into: k == 0 ? groupCounts[1] : 1)
    }
    let network = try Network(layers: layers, scalarType: .float32)
    let proved = try CertificateChecker.replay([], network: ExactNetwork(network), domain: domain)
    return Sample(proved: proved, targets: targets)
  }

  // MARK: Parts

  /// The units of a layer, spread over the groups of the next, each with an inactive unit beside.
  private func regrouped(unitCount: Int, into groupCount: Int) -> [[Int]] {
    (0..<groupCount).map { g in
      let members = (0..<unitCount).filter { $0 % groupCount == g }
      return members + members.map { unitCount + 2 * $0 }
    }
  }

  private mutating func box(count: Int) -> Box {
    var (lower, upper): ([Double], [Double]) = ([], [])
    for _ in 0..<count {
      let middle = Double.random(in: -1...1, using: &generator)
      let radius = Double.random(in: 0.1...1, using: &generator)
      let (factor, width) =
        switch scale {
        case .ordinary, .wide: (1.0, 1.0)
        case .narrow: (1.0, 0x1p-12)
        case .tiny: (0x1p-64, 1.0)
        }
      lower.append(Double(Float((middle - width * radius) * factor)))
      upper.append(Double(Float((middle + width * radius) * factor)))
    }
    return Box(lower: lower, upper: upper)
  }

  private mutating func weight() -> Double {
    let value = Double.random(in: -2...2, using: &generator)
    switch scale {
    case .ordinary, .narrow: return value
    case .wide:
      let power = Int.random(in: -24...0, using: &generator)
      return value * Double(sign: .plus, exponent: power, significand: 1)
    case .tiny: return value * 0x1p-64
    }
  }

  private mutating func row(reading group: [Int], width: Int) -> [Double] {
    var row = [Double](repeating: 0, count: width)
    for j in group { row[j] = Double(Float(weight())) }
    return row
  }

  // MARK: Tuning

  /// The bias nearest to the promise's end that still keeps it, found by halving.
  private func tunedBias(
    _ stability: Stability, row: [Double], behind layers: [Layer], on domain: InputDomain
  ) throws -> Double {
    let free = try keeps(stability, row: row, bias: 0, behind: layers, on: domain)
    let isInactive = stability == .stablyInactive
    let end = isInactive ? free.interval.upper : free.interval.lower
    let middle = Self.position(Float(-end.approximation))
    // The promise gets easier as the bias of an inactive unit falls, of an active one as it grows.
    let easier = isInactive ? -1 : 1
    func holds(_ position: Int) throws -> Bool {
      let bias = Double(Self.float(position))
      return try keeps(stability, row: row, bias: bias, behind: layers, on: domain).holds
    }
    var step = 1
    while try !holds(middle + easier * step) { step *= 2 }
    var good = middle + easier * step
    var bad = middle - easier * 2
    while abs(good - bad) > 1 {
      let between = bad + (good - bad) / 2
      if try holds(between) { good = between } else { bad = between }
    }
    return Double(Self.float(good))
  }

  private func keeps(
    _ stability: Stability, row: [Double], bias: Double, behind layers: [Layer],
    on domain: InputDomain
  ) throws -> (holds: Bool, interval: Interval) {
    let last = Layer(weights: Matrix(rows: [row]), biases: [bias], activation: .relu)
    let network = ExactNetwork(try Network(layers: layers + [last], scalarType: .float32))
    let proved = try CertificateChecker.replay([], network: network, domain: domain)
    let unit = UnitID(layer: layers.count, index: 0)
    let interval = proved[unit]
    switch margin {
    case .stable:
      let holds =
        stability == .stablyInactive ? interval.upper.signum <= 0 : interval.lower.signum >= 0
      return (holds, interval)
    case .floatSafe:
      let bound = FloatEvaluationBound(proved, plainLayerCount: layers.count + 1)
      return (bound.isFloatSafe(unit, stability), interval)
    }
  }

  /// The place of a float32 among all, from 0 for zero.
  private static func position(_ value: Float) -> Int {
    let place = Int(value.magnitude.bitPattern)
    return value < 0 ? -place : place
  }

  private static func float(_ position: Int) -> Float {
    let value = Float(bitPattern: UInt32(position.magnitude))
    return position < 0 ? -value : value
  }
}
