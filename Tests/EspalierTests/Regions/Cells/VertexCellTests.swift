import ExactArithmetic
import MILP
import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates
@testable import Espalier

/// Vertices stay within their radii of the true ones, and signs that are called certain are right.
@Suite struct VertexCellTests {
  @Test(arguments: CutNetwork.Kind.allCases, 0..<AttackScale.count(inTests: 2, inAttack: 40))
  func verticesStayWithinTheirRadii(kind: CutNetwork.Kind, seed: Int) throws {
    for dimension in 1...AttackScale.count(inTests: 3, inAttack: 5) {
      try expectValidCells(
        CutNetwork(kind, dimension: dimension, seed: UInt64(seed), unitCount: 7))
    }
  }

  /// Cuts a box again and again, and compares with exact numbers.
  private func expectValidCells(_ sample: CutNetwork) throws {
    let forms = sample.forms
    var cell = VertexCell(lower: sample.network.lower, upper: sample.network.upper)
    var cuts: Cut?
    var scratch = VertexCell.Scratch()
    for i in sample.rows {
      cell.evaluate(forms, i, into: &scratch.values)
      let side = cell.side(forms, i, values: scratch.values)
      let corners = try cell.exactVertices(sample)
      expectSigns(sample, i, side, corners)
      guard side == .both else { continue }
      let parts = try #require(cell.cut(by: forms, i, position: i, &scratch))
      #expect(parts.off.isSimple && parts.on.isSimple)
      for (isOn, part) in [(false, parts.off), (true, parts.on)] {
        try expectRadii(part, sample)
        let cut = Cut(cuts, forms: forms, row: i, layer: 0, position: i, isOn: isOn)
        if let refined = part.refined(cut) {
          #expect(refined.largestRadius <= part.largestRadius)
          try expectRadii(refined, sample)
        }
      }
      // The smaller side, so that cells get thin.
      let isOn = parts.on.vertexCount < parts.off.vertexCount
      cell = isOn ? parts.on : parts.off
      cuts = Cut(cuts, forms: forms, row: i, layer: 0, position: i, isOn: isOn)
      if let refined = cell.refined(cuts) { cell = refined }
    }
  }

  private func expectRadii(_ cell: VertexCell, _ sample: CutNetwork) throws {
    for (v, corner) in try cell.exactVertices(sample).enumerated() {
      for t in 0..<cell.dimension {
        let place = Rational(Dyadic(cell.coordinates[t * cell.vertexCount + v]))
        let distance = corner[t] - place
        let radius = Rational(Dyadic(cell.radii[v]))
        #expect(distance <= radius && -distance <= radius, "\(sample.kind) vertex \(v)")
      }
    }
  }

  private func expectSigns(
    _ sample: CutNetwork, _ i: Int, _ side: CellSide, _ corners: [[Rational]]
  ) {
    let signs = Set(corners.map { sample.value(i, at: $0).signum })
    switch side {
    case .on: #expect(signs == [1])
    case .off: #expect(signs == [-1])
    case .both: #expect(signs == [-1, 1])
    case .touching: #expect(signs.isSuperset(of: [-1, 1]))
    case .zero: #expect(signs == [0])
    case .unknown: break
    }
    // Ties are never decided by doubles.
    if signs.contains(0) { #expect(side == .touching || side == .unknown) }
  }

  /// Vertices that are only roughly known are placed anew, nearer and still within their radii.
  @Test(arguments: [.general, .deep, .scaled] as [CutNetwork.Kind])
  func roughVerticesArePlacedAnew(kind: CutNetwork.Kind) throws {
    var refinedCount = 0
    for seed in 0..<6 {
      let sample = try CutNetwork(
        kind, dimension: 2 + seed % 3, seed: 70 + UInt64(seed), unitCount: 4)
      var cell = VertexCell(lower: sample.network.lower, upper: sample.network.upper)
      var cuts: Cut?
      var scratch = VertexCell.Scratch()
      for i in sample.rows {
        cell.evaluate(sample.forms, i, into: &scratch.values)
        guard cell.side(sample.forms, i, values: scratch.values) == .both else { continue }
        cell = try #require(cell.cut(by: sample.forms, i, position: i, &scratch)).on
        cuts = Cut(
          cuts, forms: sample.forms, row: i, layer: sample.network.layers.count - 1, position: i,
          isOn: true)
      }
      guard let refined = cell.roughened(by: 0x1p-20).refined(cuts) else { continue }
      try expectRadii(refined, sample)
      #expect(refined.radii.contains { $0 < 0x1p-40 })
      refinedCount += 1
    }
    #expect(refinedCount > 3)
  }

  @Test func aBoxHasItsCornersAndEdges() {
    let cell = VertexCell(lower: [0, -1, 2], upper: [1, 1, 5])
    #expect(cell.vertexCount == 8 && cell.edges.count == 12 && cell.isSimple)
    #expect(cell.center == [0.5, 0, 3.5])
    #expect(cell.largestRadius == 0)
  }

  @Test func crossingsOfCertainEndsHaveFiniteDoubts() {
    let crossing = Crossing((3, -1), radii: (0x1p-40, 0x1p-45), error: 0x1p-50, norm: 4)
    #expect(crossing.share == 0.75)
    #expect(crossing.doubt > 0 && crossing.doubt < 0x1p-35)
    // The ends may be so uncertain that nothing is known of the share but that it is finite.
    let wide = Crossing((1, -1), radii: (0.999, 0.999), error: 0, norm: 1)
    #expect(wide.doubt > 0.5)
  }

  /// Shares of edges whose ends are off by as much as they may be.
  @Test(arguments: 0..<200)
  func sharesAreWithinTheirDoubts(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    func number() -> Double {
      Double(
        sign: .plus, exponent: Int.random(in: -60...60, using: &generator),
        significand: Double.random(in: 1..<2, using: &generator))
    }
    let (start, end) = (number(), number())
    let errors = [0.9, 0x1p-30, 0x1p-50, 0]
    let share = errors[Int.random(in: 0...3, using: &generator)]
    let radii = (start * share, end * share)
    let crossing = Crossing((start, -end), radii: radii, error: 0, norm: 1)
    for (first, second) in [(1, -1), (-1, 1), (1, 1), (-1, -1)] as [(Double, Double)] {
      let a = Rational(Dyadic(start)) + Rational(Dyadic(first * radii.0))
      let b = Rational(Dyadic(end)) + Rational(Dyadic(second * radii.1))
      let distance = a / (a + b) - Rational(Dyadic(crossing.share))
      let doubt = Rational(Dyadic(crossing.doubt))
      #expect(distance <= doubt && -distance <= doubt)
    }
  }
}

extension VertexCell {
  /// True if every vertex lies on as many facets, and has as many edges, as there are dimensions.
  var isSimple: Bool {
    var degrees = [Int](repeating: 0, count: vertexCount)
    for edge in edges {
      degrees[Int(edge.x)] += 1
      degrees[Int(edge.y)] += 1
      let shared = masks[Int(edge.x)] & masks[Int(edge.y)]
      if shared.nonzeroBitCount != dimension - 1 { return false }
    }
    return degrees.allSatisfy { $0 == dimension }
      && masks.allSatisfy { $0.nonzeroBitCount == dimension }
  }

  /// The same cell with its vertices moved within larger radii, along what the box leaves free.
  func roughened(by distance: Double) -> VertexCell {
    var (coordinates, radii) = (coordinates, radii)
    for v in 0..<vertexCount {
      var isFixed = [Bool](repeating: false, count: dimension)
      for bit in 0..<64 where masks[v] >> UInt64(bit) & 1 == 1 && facets[bit] < 0 {
        isFixed[Self.boxInput(facets[bit], dimension: dimension)] = true
      }
      for t in 0..<dimension where !isFixed[t] { coordinates[t * vertexCount + v] += distance }
      if isFixed.contains(false) { radii[v] = 2 * distance }
    }
    return VertexCell(
      dimension: dimension, coordinates: coordinates, radii: radii, masks: masks, edges: edges,
      facets: facets)
  }

  /// The true vertices: where the forms behind their facets are 0.
  func exactVertices(_ sample: CutNetwork) throws -> [[Rational]] {
    try masks.map { mask in
      let rows = (0..<64).filter { mask >> UInt64($0) & 1 == 1 }.map { bit -> [Rational] in
        let facet = facets[bit]
        if facet >= 0 { return sample.exactForm(Int(facet)) }
        let t = Self.boxInput(facet, dimension: dimension)
        let isUpper = Int(-1 - facet) >= dimension
        let end = isUpper ? sample.network.upper[t] : sample.network.lower[t]
        return (0..<dimension).map { Rational($0 == t ? 1 : 0) } + [-Rational(Dyadic(end))]
      }
      return try #require(ExactSystem.solve(rows))
    }
  }
}
