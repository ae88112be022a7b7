import ExactArithmetic
import NeuralNetwork
import TestSupport

/// Small random networks, domains and points; everything depends on the generator only.
struct RandomNetworks {
  var generator: SplitMix64

  /// Whether weights are integers; nil draws that for each network.
  let isInteger: Bool?

  init(seed: UInt64, isInteger: Bool? = nil) {
    generator = SplitMix64(seed: seed)
    self.isInteger = isInteger
  }

  /// A number of one of the kinds that networks have: small integers, eighths, Gaussian, zero.
  mutating func weight(isInteger: Bool) -> Double {
    if Int.random(in: 0..<8, using: &generator) == 0 { return 0 }
    if isInteger { return Double(Int.random(in: -3...3, using: &generator)) }
    return gaussian()
  }

  /// A number that is nearly normally distributed: the sum of twelve uniform ones.
  mutating func gaussian() -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0...1, using: &generator) }
  }

  /// A network with hidden layers of 1 to 4 units, some of them identity units.
  ///
  /// - Parameter isWritable: Whether all units of a layer have one activation, as in a file.
  mutating func network(
    inputCount: Int, hidden: ClosedRange<Int> = 1...3, isWritable: Bool = false
  ) throws -> Network {
    let isInteger = isInteger ?? Bool.random(using: &generator)
    var width = inputCount
    var layers: [Layer] = []
    let hiddenCount = Int.random(in: hidden, using: &generator)
    for k in 0...hiddenCount {
      let unitCount = k == hiddenCount ? 1 : Int.random(in: 1...4, using: &generator)
      let rows = (0..<unitCount).map { _ in
        (0..<width).map { _ in weight(isInteger: isInteger) }
      }
      let biases = (0..<unitCount).map { _ in weight(isInteger: isInteger) }
      var activations = (0..<unitCount).map { _ in
        Int.random(in: 0..<5, using: &generator) == 0 ? Activation.identity : .relu
      }
      if isWritable { activations = activations.map { _ in activations[0] } }
      layers.append(
        Layer(weights: Matrix(rows: rows), biases: biases, activations: activations))
      width = unitCount
    }
    return try Network(layers: layers, scalarType: .float64)
  }

  /// A network of the same shape in which one layer has other numbers.
  mutating func neighbour(of network: Network) throws -> Network {
    var layers = network.layers
    let k = Int.random(in: 0..<layers.count, using: &generator)
    let old = layers[k]
    var elements = old.weights.elements
    var biases = old.biases
    if Bool.random(using: &generator) {
      let i = Int.random(in: 0..<elements.count, using: &generator)
      elements[i] = Bool.random(using: &generator) ? elements[i].nextUp : -elements[i] + 0.5
    } else {
      let i = Int.random(in: 0..<biases.count, using: &generator)
      biases[i] += eighth(-8, 8) + 0x1p-40
    }
    layers[k] = Layer(
      weights: Matrix(
        rowCount: old.unitCount, columnCount: old.inputCount, elements: elements),
      biases: biases, activations: old.activations)
    return try Network(layers: layers, scalarType: network.scalarType)
  }

  /// A number of eighths between two.
  mutating func eighth(_ low: Int, _ high: Int) -> Double {
    Double(Int.random(in: low...high, using: &generator)) / 8
  }

  /// A domain around a point that lies in it: a box, sometimes of width 0, with rows and a ball.
  mutating func domain(inputCount: Int) throws -> (domain: InputDomain, member: [Double]) {
    let member = (0..<inputCount).map { _ in eighth(-8, 8) }
    let lower = member.map { $0 - max(0, eighth(-3, 8)) }
    let upper = member.map { $0 + max(0, eighth(-3, 8)) }
    let rows = (0..<Int.random(in: 0...2, using: &generator)).map { _ in
      let coefficients = member.map { _ in eighth(-16, 16) }
      let value = zip(coefficients, member).reduce(0) { $0 + $1.0 * $1.1 }
      return LinearRow(
        terms: coefficients.enumerated().map { .init(input: $0, coefficient: $1) },
        bound: value + eighth(0, 4))
    }
    var ball: L1Ball?
    if Bool.random(using: &generator) {
      let center = member.map { $0 + eighth(-3, 3) }
      let distance = zip(center, member).reduce(0) { $0 + abs($1.0 - $1.1) }
      ball = L1Ball(center: center, radius: distance + eighth(0, 4))
    }
    let box = Box(lower: lower, upper: upper)
    return (try InputDomain(box: box, rows: rows, ball: ball), member)
  }

  /// A point of the box on a grid of 64ths of its sides; ends and the member come up often.
  mutating func point(of domain: InputDomain, near member: [Double]) -> [Dyadic] {
    let isNear = Bool.random(using: &generator)
    return domain.box.lower.indices.map { t in
      let (low, high) = (Dyadic(domain.box.lower[t]), Dyadic(domain.box.upper[t]))
      let steps = Int.random(in: -3...67, using: &generator)
      if isNear {
        let step = (high - low) * Dyadic(steps - 32)
        return min(high, max(low, Dyadic(member[t]) + step.scaled(byPowerOfTwo: -9)))
      }
      return min(high, max(low, low + ((high - low) * Dyadic(steps)).scaled(byPowerOfTwo: -6)))
    }
  }
}
