import Certificates
import ExactArithmetic
import NeuralNetwork
import TestSupport

/// Looks for a float32 input of a box, and a runtime, that give a unit the sign that its verdict
/// excludes.
///
/// It climbs the computed value: one input goes to an end of its interval, to a neighbouring
/// float, or anywhere, or the runtime changes; what is not worse stays.
struct FloatAdversary {
  /// What a search for one unit came to.
  struct Finding {
    /// True if a computed value has the excluded sign.
    var isBroken = false
    /// The largest part of the bound on rounding that a computed value needed, where there is one.
    var usedShare = 0.0
    /// The inputs that were evaluated.
    var evaluationCount = 0
  }

  private let exact: ExactNetwork
  private let network: FloatNetwork
  private let lower: [Float]
  private let upper: [Float]
  private let bound: FloatEvaluationBound
  private var generator: SplitMix64

  /// An adversary for a network on a box; nil if some interval holds no float32.
  init?(proved: ProofState, plainLayerCount: Int, seed: UInt64) {
    let box = proved.domain.box
    exact = proved.network
    network = FloatNetwork(exact.network)
    lower = box.lower.map { Double(Float($0)) < $0 ? Float($0).nextUp : Float($0) }
    upper = box.upper.map { Double(Float($0)) > $0 ? Float($0).nextDown : Float($0) }
    bound = FloatEvaluationBound(proved, plainLayerCount: plainLayerCount)
    generator = SplitMix64(seed: seed)
    guard zip(lower, upper).allSatisfy({ $0 <= $1 }) else { return nil }
  }

  /// Climbs from several starts; ends early when the sign is found.
  mutating func attack(
    _ unit: UnitID, _ stability: Stability, starts: Int, moves: Int
  ) -> Finding {
    let sign: Float = stability == .stablyInactive ? 1 : -1
    var finding = Finding()
    for start in 0..<starts {
      var x = startingPoint(unit, sign: sign, number: start)
      var runtime = anyRuntime()
      var value = sign * computed(unit, x, runtime)
      for _ in 0..<moves {
        var (otherX, otherRuntime) = (x, runtime)
        change(&otherX, &otherRuntime)
        let other = sign * computed(unit, otherX, otherRuntime)
        if other >= value { (x, runtime, value) = (otherX, otherRuntime, other) }
      }
      finding.evaluationCount += moves + 1
      finding.usedShare = max(finding.usedShare, usedShare(unit, x, sign * value))
      if value > 0 || value.isNaN {
        finding.isBroken = true
        return finding
      }
    }
    return finding
  }

  // MARK: Moves

  private func computed(_ unit: UnitID, _ x: [Float], _ runtime: FloatRuntime) -> Float {
    runtime.preactivations(of: network, at: x, through: unit.layer)[unit.layer][unit.index]
  }

  /// The corner that the signs of the paths to the unit suggest, a random corner, or any point.
  private mutating func startingPoint(_ unit: UnitID, sign: Float, number: Int) -> [Float] {
    let slopes = slopes(to: unit)
    return lower.indices.map { t in
      switch number % 3 {
      case 0: return sign * slopes[t] > 0 ? upper[t] : lower[t]
      case 1: return Bool.random(using: &generator) ? upper[t] : lower[t]
      default: return any(t)
      }
    }
  }

  /// The product of the weights on all paths, as if every unit were on.
  private func slopes(to unit: UnitID) -> [Float] {
    var slopes = network.layers[unit.layer].rows[unit.index]
    for layer in network.layers[..<unit.layer].reversed() {
      var sums = [Float](repeating: 0, count: layer.rows.first?.count ?? 0)
      for (row, slope) in zip(layer.rows, slopes) where slope != 0 {
        for t in sums.indices { sums[t] += slope * row[t] }
      }
      slopes = sums
    }
    return slopes
  }

  private mutating func change(_ x: inout [Float], _ runtime: inout FloatRuntime) {
    let t = Int.random(in: x.indices, using: &generator)
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: x[t] = lower[t]
    case 1: x[t] = upper[t]
    case 2: x[t] = min(upper[t], x[t].nextUp)
    case 3: x[t] = max(lower[t], x[t].nextDown)
    case 4: x[t] = any(t)
    case 5: x[t] = nearby(t, x[t])
    default: runtime = anyRuntime()
    }
  }

  private mutating func any(_ t: Int) -> Float {
    lower[t] < upper[t] ? Float.random(in: lower[t]...upper[t], using: &generator) : lower[t]
  }

  /// A number that differs in some last places.
  private mutating func nearby(_ t: Int, _ value: Float) -> Float {
    let places = Float(Int.random(in: -64...64, using: &generator))
    return min(upper[t], max(lower[t], value + places * value.ulp))
  }

  private mutating func anyRuntime() -> FloatRuntime {
    var runtime = FloatRuntime()
    runtime.order = FloatRuntime.Order.allCases.randomElement(using: &generator) ?? .forward
    runtime.shape = FloatRuntime.Shape.allCases.randomElement(using: &generator) ?? .chain
    runtime.subnormals =
      FloatRuntime.Subnormals.allCases.randomElement(using: &generator) ?? .kept
    runtime.usesFMA = Bool.random(using: &generator)
    runtime.startsWithBias = Bool.random(using: &generator)
    runtime.seed = generator.next()
    return runtime
  }

  // MARK: The bound itself

  /// `|computed - exact| / e`, evaluated exactly up to the division.
  private func usedShare(_ unit: UnitID, _ x: [Float], _ computed: Float) -> Double {
    guard let error = bound.error(of: unit), computed.isFinite else { return 0 }
    let value = exact.preactivations(at: x.map { Dyadic(Double($0)) })[unit.layer][unit.index]
    let distance = (Dyadic(Double(computed)) - value).magnitude
    if distance.isZero { return 0 }
    return distance <= error
      ? min(1, distance.approximation / error.approximation)
      : max(2, distance.approximation / error.approximation)
  }
}
