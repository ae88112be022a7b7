import ExactArithmetic
import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates

/// The evaluation of one box, against exact values and against the text in exact numbers.
@Suite struct BoxBoundsTests {
  private static let networkCount = 150
  private static let pointCount = 12

  /// A network of relu units, a box with a part of it, and targets.
  private struct Scene {
    let network: Network
    let domain: Box
    let part: Box
    let targets: [BoxTarget]
  }

  private static func scene(_ random: inout RandomNetworks) throws -> Scene {
    let inputCount = Int.random(in: 1...3, using: &random.generator)
    let drawn = try random.network(inputCount: inputCount, hidden: 1...4)
    // Some weights and biases far from the others in size.
    let scales: [Double] = [1, 1, 1, 0x1p-30, 0x1p40]
    let scale = scales[Int.random(in: 0..<scales.count, using: &random.generator)]
    let layers = drawn.layers.enumerated().map { k, layer in
      let elements = layer.weights.elements.enumerated().map { $0 % 3 == k % 3 ? $1 * scale : $1 }
      return Layer(
        weights: Matrix(
          rowCount: layer.unitCount, columnCount: layer.inputCount, elements: elements),
        biases: layer.biases, activation: .relu)
    }
    let ends = (0..<inputCount).map { _ in
      let ends = [random.gaussian(), random.gaussian()].sorted()
      return Int.random(in: 0..<6, using: &random.generator) == 0 ? [ends[0], ends[0]] : ends
    }
    let domain = Box(lower: ends.map { $0[0] }, upper: ends.map { $0[1] })
    let parts = ends.map { ends in
      (0..<2).map { _ in
        let share = Double.random(in: 0...1, using: &random.generator)
        return min(max(ends[0] + (ends[1] - ends[0]) * share, ends[0]), ends[1])
      }.sorted()
    }
    let network = try Network(layers: layers, scalarType: .float64)
    let sides = network.reluUnits.flatMap { unit in
      Side.allCases.map { BoxTarget(unit: unit, side: $0) }
    }
    return Scene(
      network: network, domain: domain,
      part: Box(lower: parts.map { $0[0] }, upper: parts.map { $0[1] }),
      targets: sides.filter { _ in Bool.random(using: &random.generator) })
  }

  /// The ends on the domain, and then on the part, with what the domain closes.
  private static func passes(_ scene: Scene) -> [(box: Box, closed: SideSet, pass: BoxPass)] {
    let bounds = BoxBounds(
      network: ExactNetwork(scene.network), domain: scene.domain,
      layerCount: scene.network.layers.count)
    let targets = bounds.space.set(of: scene.targets)
    var passes: [(Box, SideSet, BoxPass)] = []
    var closed = bounds.space.empty
    for box in [scene.domain, scene.part] {
      var pass = bounds.makePass(isGuiding: false)
      let result = bounds.evaluate(.init(box: box, closed: closed), for: targets, &pass)
      passes.append((box, closed, pass))
      closed = result.closed
    }
    return passes
  }

  private static func intervals(_ pass: BoxPass, layer k: Int) -> [Interval] {
    let place = pass.network.places[k]
    return (place.firstUnit..<place.firstUnit + place.unitCount).map { n in
      Interval(
        Dyadic(integer: Int128(pass.units.lower[n]), exponent: pass.units.exponents[k]),
        Dyadic(integer: Int128(pass.units.upper[n]), exponent: pass.units.exponents[k]))
    }
  }

  /// The text leaves nothing to choose: what doubles and a filter find is what exact numbers say.
  @Test(arguments: [91, 92, 93, 94] as [UInt64]) func followsTheText(seed: UInt64) throws {
    var random = RandomNetworks(seed: seed, isInteger: seed % 2 == 0)
    var compared = 0
    for i in 0..<Self.networkCount {
      let scene = try Self.scene(&random)
      let plain = PlainBoxBounds(
        network: scene.network, domain: scene.domain, targets: Set(scene.targets))
      let space = SideSpace(scene.network)
      for (box, closed, pass) in Self.passes(scene) {
        let known = Set(
          scene.network.reluUnits.flatMap { unit in
            Side.allCases.map { BoxTarget(unit: unit, side: $0) }
          }.filter { space.contains($0.unit, $0.side, in: closed) })
        for (k, layer) in plain.intervals(on: box, closed: known).enumerated() {
          #expect(Self.intervals(pass, layer: k) == layer, "network \(i), layer \(k)")
          compared += layer.count
        }
      }
    }
    #expect(compared > 1000)
  }

  @Test(arguments: [95, 96] as [UInt64]) func everyValueLiesInside(seed: UInt64) throws {
    var random = RandomNetworks(seed: seed)
    for i in 0..<Self.networkCount {
      let scene = try Self.scene(&random)
      let exact = ExactNetwork(scene.network)
      let space = SideSpace(scene.network)
      for (box, closed, pass) in Self.passes(scene) {
        let open = Set(scene.targets).filter { !space.contains($0.unit, $0.side, in: closed) }
        guard let last = open.map(\.unit.layer).max() else { continue }
        for point in Self.points(of: box, using: &random.generator) {
          for (k, values) in exact.preactivations(at: point).prefix(last + 1).enumerated() {
            for (value, interval) in zip(values, Self.intervals(pass, layer: k)) {
              #expect(interval.lower <= value && value <= interval.upper, "network \(i)")
            }
          }
        }
      }
    }
  }

  private static func points(of box: Box, using generator: inout SplitMix64) -> [[Dyadic]] {
    (0..<pointCount).map { i in
      zip(box.lower, box.upper).map { low, high in
        if i % 2 == 0 { return Dyadic(Bool.random(using: &generator) ? low : high) }
        return Dyadic(
          min(max(low + (high - low) * .random(in: 0...1, using: &generator), low), high))
      }
    }
  }

  /// `relu(x) - relu(x)` on boxes that do not hold both signs is 0; on others it is not seen.
  @Test func tellsWhatASignTells() {
    let box = Box(lower: [-1], upper: [1])
    let bounds = BoxBounds(
      network: ExactNetwork(Toy.halves.network), domain: box, layerCount: 2)
    let target = BoxTarget(unit: UnitID(layer: 1, index: 0), side: .upper)
    for (lower, upper, isClosed) in [(-1.0, 0.0, true), (0.25, 1, true), (-0.5, 0.5, false)] {
      let part = BoxBounds.Part(
        box: Box(lower: [lower], upper: [upper]), closed: bounds.space.empty)
      let result = bounds.evaluate(
        [part], for: bounds.space.set(of: [target]), concurrency: .serial)
      #expect(bounds.space.contains(target.unit, .upper, in: result[0].closed) == isClosed)
      #expect(result[0].ends.map(\.target) == (isClosed ? [target] : []))
    }
  }
}
