import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates

/// The bounds on one box, against exact evaluation and against themselves in other arithmetic.
@Suite struct BoxBoundsTests {
  private static let networkCount = 150
  private static let pointCount = 12

  private struct Scene {
    let network: ExactNetwork
    let box: Box
  }

  private static func scenes(seed: UInt64) throws -> [Scene] {
    var random = RandomNetworks(seed: seed)
    return try (0..<networkCount).map { _ in
      let inputCount = Int.random(in: 1...3, using: &random.generator)
      let network = try random.network(inputCount: inputCount, hidden: 1...4)
      let ends = (0..<inputCount).map { _ in
        let ends = [random.gaussian(), random.gaussian()].sorted()
        return Int.random(in: 0..<6, using: &random.generator) == 0 ? [ends[0], ends[0]] : ends
      }
      return Scene(
        network: ExactNetwork(network),
        box: Box(lower: ends.map { $0[0] }, upper: ends.map { $0[1] }))
    }
  }

  private static func points(
    of box: Box, using generator: inout SplitMix64
  ) -> [[Dyadic]] {
    (0..<pointCount).map { i in
      zip(box.lower, box.upper).map { low, high in
        if i % 2 == 0 { return Dyadic(Bool.random(using: &generator) ? low : high) }
        return Dyadic(
          min(max(low + (high - low) * .random(in: 0...1, using: &generator), low), high))
      }
    }
  }

  @Test func everyValueLiesInside() throws {
    var generator = SplitMix64(seed: 5)
    for (i, scene) in try Self.scenes(seed: 91).enumerated() {
      let count = scene.network.network.layers.count
      let intervals = BoxBounds(network: scene.network, layerCount: count).intervals(on: scene.box)
      for point in Self.points(of: scene.box, using: &generator) {
        for (values, layer) in zip(scene.network.preactivations(at: point), intervals) {
          for (value, interval) in zip(values, layer) {
            #expect(interval.lower <= value && value <= interval.upper, "network \(i)")
          }
        }
      }
    }
  }

  @Test func boundsAreNeverLooserThanIntervals() throws {
    var gained = 0
    for scene in try Self.scenes(seed: 92) {
      let count = scene.network.network.layers.count
      let intervals = BoxBounds(network: scene.network, layerCount: count).intervals(on: scene.box)
      for k in 1..<count {
        let plain = scene.network.initialIntervals(
          layer: k, box: scene.box, previous: intervals[k - 1])
        for (tight, loose) in zip(intervals[k], plain) {
          #expect(loose.lower <= tight.lower && tight.upper <= loose.upper)
          if tight != loose { gained += 1 }
        }
      }
    }
    #expect(gained > 100)
  }

  /// A backward pass in machine integers says the same as one in numbers of any size.
  @Test func bothArithmeticsAgree() throws {
    var generator = SplitMix64(seed: 7)
    var compared = 0
    for scene in try Self.scenes(seed: 93) {
      let count = scene.network.network.layers.count
      let bounds = BoxBounds(network: scene.network, layerCount: count)
      let intervals = bounds.intervals(on: scene.box)
      let relaxations = zip(scene.network.layers, intervals).dropLast().map(BoxRelaxation.init)
      let box = ExactBox(scene.box)
      var row = BoxRow(width: 8)
      for _ in 0..<4 {
        let weights = ExactVector(
          intervals[count - 2].map { _ in
            let bits = Int.random(in: 1...60, using: &generator)
            return Dyadic(
              integer: Int128(Int64.random(in: -1 << bits...1 << bits, using: &generator)),
              exponent: Int.random(in: -3...3, using: &generator))
          })
        guard let fast = row.pass(weights, isNegated: false, through: relaxations) else {
          continue
        }
        let slow = bounds.boundInAnyNumbers(weights, relaxations, box)
        #expect(fast.terms + box.maximum(ExactVector(fast.coefficients)) == slow)
        compared += 1
      }
    }
    #expect(compared > 300)
  }

  /// `relu(x) - relu(x)` on boxes that do not hold both signs is 0; on others it is not seen.
  @Test func tellsWhatASignTells() {
    let network = ExactNetwork(Toy.halves.network)
    for (lower, upper, largest) in [(-1.0, 0.0, 0.0), (0.25, 1, 0), (-0.5, 0.5, 0.5)] {
      let box = Box(lower: [lower], upper: [upper])
      let unit = BoxBounds(network: network, layerCount: 2).intervals(on: box)[1][0]
      #expect(unit.upper == Dyadic(largest))
    }
  }
}
