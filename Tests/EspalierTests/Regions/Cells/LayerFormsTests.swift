import ExactArithmetic
import MILP
import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates
@testable import Espalier

/// Forms in doubles are within their errors of the exact ones, whatever their sizes.
@Suite struct LayerFormsTests {
  @Test(arguments: CutNetwork.Kind.allCases, 0..<6)
  func valuesAreWithinTheirErrors(kind: CutNetwork.Kind, seed: Int) throws {
    expectErrors(try CutNetwork(kind, dimension: 1 + seed % 4, seed: UInt64(seed)))
  }

  /// Products of weights that fall below the smallest doubles, or above the largest.
  @Test(arguments: [-300, -500, -520, -530, -537, -540, -600, 300, 500, 511])
  func sizesNearTheEndsOfDoublesAreHeld(exponent: Int) throws {
    var generator = SplitMix64(seed: 3)
    let scale = Double(sign: .plus, exponent: exponent, significand: 1)
    func rows(_ count: Int, _ width: Int) -> [[Double]] {
      (0..<count).map { _ in
        (0..<width).map { _ in Double.random(in: -4...4, using: &generator) * scale }
      }
    }
    let layers = [
      Layer(weights: Matrix(rows: rows(5, 3)), biases: rows(1, 5)[0], activation: .identity),
      Layer(
        weights: Matrix(rows: rows(12, 5)),
        biases: rows(1, 12)[0].map { $0 * scale }, activation: .relu),
    ]
    expectErrors(try CutNetwork(.deep, layers: layers, inputCount: 3))
  }

  /// The same networks as those of size 1, and so the same regions.
  @Test(arguments: [-200, -500, -530])
  func tinyNetworksHaveTheRegionsOfTheirNumbers(exponent: Int) throws {
    let scale = Double(sign: .plus, exponent: exponent, significand: 1)
    for seed in 0..<4 {
      let network = try RegionCounting.network([3, 4, 3, 1], seed: UInt64(seed))
      let layers = network.layers.enumerated().map { k, layer in
        Layer(
          weights: Matrix(
            rows: (0..<layer.unitCount).map { layer.weights.row($0).map { $0 * scale } }),
          biases: layer.biases.map { ($0 * scale) * (k == 0 ? 1 : scale) },
          activations: layer.activations)
      }
      let sample = RegionSample(
        kind: .scaled,
        network: try Network(layers: Array(layers.prefix(2)), scalarType: .float64),
        domain: try InputDomain(box: Box(lower: -1, upper: 1, count: 3)))
      let counts = try RegionCount.totals(sample, .exact)
      #expect(try RegionCount.totals(sample, .faces) == counts)
      #expect(try RegionCount.totals(sample, .cells) == counts)
    }
  }

  private func expectErrors(_ sample: CutNetwork) {
    let n = sample.network.dimension
    for i in sample.rows {
      for corner in 0..<1 << n {
        let point = (0..<n).map { corner >> $0 & 1 == 1 ? 1.0 : -1 }
        let value = sample.forms.value(i, at: point)
        guard value.isFinite, sample.forms.errors[i].isFinite else { continue }
        let exact = sample.value(i, at: point.map { Rational(Dyadic($0)) })
        let distance = exact - Rational(Dyadic(value))
        let error = Rational(Dyadic(sample.forms.errors[i]))
        #expect(distance <= error && -distance <= error, "row \(i)")
      }
    }
  }

  /// Numbers whose inverses overflow leave vertices where they are.
  @Test func verticesOfTinyFormsAreNotPlacedAnew() throws {
    let sample = try CutNetwork(
      rows: [[0x1p-1060, 0x1p-1065], [0x1p-1070, 0x1p-1060]], biases: [0, 0])
    let forms = sample.forms
    var cell = VertexCell(lower: [-1, -1], upper: [1, 1])
    var cuts: Cut?
    var scratch = VertexCell.Scratch()
    for i in 0..<2 {
      cell.evaluate(forms, i, into: &scratch.values)
      cell = try #require(cell.cut(by: forms, i, position: i, &scratch)).on
      cuts = Cut(cuts, forms: forms, row: i, layer: 0, position: i, isOn: true)
    }
    let coarse = VertexCell(
      dimension: 2, coordinates: cell.coordinates.map { $0 + 0.125 },
      radii: cell.radii.map { _ in 0.5 }, masks: cell.masks, edges: cell.edges,
      facets: cell.facets)
    let refined = coarse.refined(cuts) ?? coarse
    for (v, corner) in try refined.exactVertices(sample).enumerated() {
      for t in 0..<2 {
        let place = Rational(Dyadic(refined.coordinates[t * refined.vertexCount + v]))
        let distance = corner[t] - place
        let radius = Rational(Dyadic(refined.radii[v]))
        #expect(distance <= radius && -distance <= radius, "vertex \(v)")
      }
    }
  }
}
