import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates

/// Signs that doubles show, against those of exact numbers.
@Suite struct SignsInDoublesTests {
  private static let trialCount = 400

  /// Networks whose units are often within a rounding or two of 0 at the point.
  @Test(arguments: [(101, 0), (102, 20), (103, 60), (104, 300), (105, 600)] as [(UInt64, Int)])
  func areThoseOfExactNumbers(seed: UInt64, spread: Int) throws {
    var random = RandomNetworks(seed: seed)
    var count = 0
    for trial in 0..<Self.trialCount {
      let tied = try TiedNetwork(&random, spread: spread, tieChance: trial % 4)
      let exact = ExactNetwork(tied.network)
      guard let signs = exact.signsInDoubles(at: tied.point, layerCount: nil) else { continue }
      count += 1
      #expect(signs == exact.preactivations(at: tied.point).map { $0.map(\.signum) })
    }
    print("spread \(spread): \(count) of \(Self.trialCount) points in doubles")
    // A quarter is without ties, and there is no doubt about those.
    if spread == 0 { #expect(count >= Self.trialCount / 5) }
    #expect(count < Self.trialCount)
  }

  /// Sums that lose hundreds of ones: in a unit itself, or below it.
  @Test(arguments: [false, true]) func lostTermsAreDoubts(isBelow: Bool) throws {
    let large = Layer(
      weights: Matrix(rows: [[0x1p53] + (1..<8000).map { $0 % 8 == 0 ? 1 : 0 }]),
      biases: [isBelow ? 0 : -(0x1p53 + 500)], activations: [.relu])
    let top = Layer(
      weights: Matrix(rows: [[1]]), biases: [-(0x1p53 + 500)], activations: [.identity])
    let network = ExactNetwork(
      try Network(layers: isBelow ? [large, top] : [large], scalarType: .float64))
    let ones = Array(repeating: Dyadic.one, count: 8000)
    #expect(network.signsInDoubles(at: ones, layerCount: nil) == nil)
    #expect(network.signs(at: ones).last == [1])
  }

  /// Where nothing is rounded, a sign of 0 is no doubt.
  @Test func zerosWithoutTermsAreNoDoubts() throws {
    let network = ExactNetwork(
      try Network(
        layers: [
          Layer(
            weights: Matrix(rows: [[0, 0], [1, 1], [1, -1]]), biases: [0, -3, 0],
            activations: [.relu, .relu, .relu]),
          Layer(
            weights: Matrix(rows: [[0, 1, 0]]), biases: [0], activations: [.identity]),
        ], scalarType: .float64))
    let zero = [Dyadic.zero, .zero]
    #expect(network.signsInDoubles(at: zero, layerCount: nil) == [[0, -1, 0], [0]])
    #expect(network.signsInDoubles(at: [.one, .one], layerCount: 1) == nil)
    #expect(network.signsInDoubles(at: [.one, Dyadic(0.5)], layerCount: 1) == [[0, -1, 1]])
  }

  /// Numbers that are no doubles, and sums that overflow.
  @Test func overflowIsADoubt() throws {
    let most = Double.greatestFiniteMagnitude
    let network = ExactNetwork(
      try Network(
        layers: [
          Layer(
            weights: Matrix(rows: [[most, most], [1, 1]]), biases: [-most, 0],
            activations: [.relu, .relu])
        ], scalarType: .float64))
    for point in [[Dyadic.one, .one], [-.one, .one], [Dyadic(1, exponent: 1024), .one]] {
      #expect(network.signsInDoubles(at: point, layerCount: nil) == nil)
    }
    #expect(network.signs(at: [.one, .one]) == [[1, 1]])
  }
}

/// A random network, and a point at which some of its units are nearly 0.
private struct TiedNetwork {
  let network: Network
  let point: [Dyadic]

  /// - Parameters:
  ///   - spread: Weights are multiplied by 2 to powers of this size.
  ///   - tieChance: How many of eight units are tied.
  init(_ random: inout RandomNetworks, spread: Int, tieChance: Int) throws {
    func power(_ range: ClosedRange<Int>) -> Double {
      Double(
        sign: .plus, exponent: Int.random(in: range, using: &random.generator), significand: 1)
    }
    point = (0..<Int.random(in: 1...20, using: &random.generator)).map { _ in
      let number = Dyadic(random.gaussian() * power(-spread / 4...spread / 4))
      let extra = Int.random(in: 60...200, using: &random.generator)
      return Bool.random(using: &random.generator)
        ? number : number + Dyadic(1, exponent: -spread / 4 - extra)
    }
    var layers: [Layer] = []
    for _ in 0..<Int.random(in: 1...4, using: &random.generator) {
      let width = layers.last?.unitCount ?? point.count
      let rows = (0..<Int.random(in: 1...6, using: &random.generator)).map { _ in
        (0..<width).map { _ in
          random.weight(isInteger: false) * power(-spread / 2...spread / 2)
        }
      }
      let activations = rows.map { _ in
        Int.random(in: 0..<5, using: &random.generator) == 0 ? Activation.identity : .relu
      }
      func layer(_ biases: [Double]) -> Layer {
        Layer(weights: Matrix(rows: rows), biases: biases, activations: activations)
      }
      let unbiased = try Network(
        layers: layers + [layer(rows.map { _ in 0 })], scalarType: .float64)
      let sums = ExactNetwork(unbiased).preactivations(at: point)[layers.count]
      let biases = sums.map { sum in
        guard Int.random(in: 0..<8, using: &random.generator) < tieChance,
          let tie = (-sum).nearest(in: .float64)
        else { return random.gaussian() * power(-spread / 2...spread / 2) }
        let steps = Int.random(in: -4...4, using: &random.generator)
        return (0..<abs(steps)).reduce(tie) { bias, _ in steps > 0 ? bias.nextUp : bias.nextDown }
      }
      layers.append(layer(biases))
    }
    network = try Network(layers: layers, scalarType: .float64)
  }
}
