import ExactArithmetic
import ModelIO
import NeuralNetwork
import StrictJSON
import TestSupport

@testable import Espalier

/// Networks and known counts for tests of regions.
enum RegionFixture {
  /// The path of a file of the fixtures.
  static func path(_ name: String) -> String {
    let parts = #filePath.split(separator: "/").dropLast(4)
    return "/" + parts.joined(separator: "/") + "/fixtures/\(name)"
  }

  /// The regions of a network with two inputs.
  static func subdivision(
    _ name: String, lower: Double, upper: Double
  ) throws -> PolygonSubdivision {
    let model = try ModelReader.read(path: path(name))
    return try PolygonSubdivision(
      network: model.network, slice: InputSlice(inputs: 0, 1, at: [0, 0]),
      domain: InputDomain(box: Box(lower: lower, upper: upper, count: 2)))
  }

  /// The counts that a truth file names.
  static func truth(_ name: String) throws -> (patterns: Int, firstLayers: [Int], maps: Int) {
    let bytes = try InputFile.read(path: path("truth/regions/\(name).json"))
    var object = try JSONObjectReader(JSONParser.parse(bytes), path: "$")
    func integer(_ value: JSONValue?) -> Int {
      guard case .number(let text) = value, let number = Int(text) else { return -1 }
      return number
    }
    return (
      integer(object.takeIfPresent("patterns")),
      try object.takeArray("first_layers_patterns").map { integer($0) },
      integer(object.takeIfPresent("distinct_affine_maps"))
    )
  }

  /// The bits that belong to signs of all pre-activations.
  static func pattern(_ network: Network, _ signs: [[Int]]) -> UnitBits {
    UnitBits(network.reluUnits.map { signs[$0.layer][$0.index] > 0 })
  }

  /// A network with two to four inputs and small weights, in which ties abound.
  static func randomNetwork(seed: UInt64) throws -> Network {
    var generator = SplitMix64(seed: seed)
    var width = Int.random(in: 2...4, using: &generator)
    let hiddenCount = Int.random(in: 1...3, using: &generator)
    var layers: [Layer] = []
    for k in 0...hiddenCount {
      let unitCount = k == hiddenCount ? 2 : Int.random(in: 2...5, using: &generator)
      let weights = (0..<unitCount * width).map { _ in
        seed % 3 == 0
          ? Double(Float.random(in: -1...1, using: &generator))
          : Double(Int.random(in: -2...2, using: &generator))
      }
      let biases = (0..<unitCount).map { _ in
        Double(Int.random(in: -3...3, using: &generator)) / 4
      }
      let activations = (0..<unitCount).map { _ -> Activation in
        k == hiddenCount || Int.random(in: 0..<6, using: &generator) == 0 ? .identity : .relu
      }
      layers.append(
        Layer(
          weights: Matrix(rowCount: unitCount, columnCount: width, elements: weights),
          biases: biases, activations: activations))
      width = unitCount
    }
    return try Network(layers: layers, scalarType: .float32)
  }

  /// Two inputs by turns with a plane through three points.
  static func randomSlice(_ network: Network, seed: UInt64) throws -> InputSlice {
    var generator = SplitMix64(seed: seed + 1000)
    let points = (0..<3).map { _ in
      (0..<network.inputCount).map { _ in
        Double(Int.random(in: -8...8, using: &generator)) / 8
      }
    }
    guard seed % 2 == 1 else { return try InputSlice(inputs: 1, 0, at: points[0]) }
    do {
      return try InputSlice(through: points[0], points[1], points[2])
    } catch {
      return try InputSlice(inputs: 0, 1, at: points[0])
    }
  }
}

extension PolygonSubdivision {
  /// The number of edges, each counted once.
  var edgeCount: Int {
    let inner = regions.reduce(0) { $0 + $1.edges.count { $0.neighbor != nil } }
    let outer = regions.reduce(0) { $0 + $1.edges.count { $0.neighbor == nil } }
    return inner / 2 + outer
  }
}
