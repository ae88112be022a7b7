internal import BigInt
public import MILP
public import NeuralNetwork

/// The linear regions of a network on a slice of its inputs, exactly.
///
/// The regions tile the part of the slice that lies in the domain. Each is a convex polygon with
/// an area, has one activation pattern, and the outputs are affine on it. Neighbors may have the
/// same affine map.
public struct PolygonSubdivision: Sendable {
  /// The slice.
  public let slice: InputSlice
  /// The ReLU units, in the order of the bits of a pattern.
  public let units: [UnitID]
  /// The number of regions of the first 1, 2, … layers.
  public let countsAfterLayers: [Int]
  /// True if the limit on regions or the caller ended the work: only whole layers are here.
  public let isCutShort: Bool
  /// The regions.
  public let regions: [PolygonRegion]
  /// The different affine maps.
  public let maps: [SliceMap]
  /// For each region the index of its piece: pieces are connected across edges and have one map.
  public let pieces: [Int]
  /// The number of pieces.
  public let pieceCount: Int
  let vertices: [IntegerTriple]
  let network: SliceNetwork

  /// Cuts a slice into regions.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - slice: The slice; it is cut to the domain.
  ///   - domain: The input domain.
  ///   - layerCount: How many layers count; all without it. The outputs are then what the last
  ///     of them hands on.
  ///   - regionLimit: The work ends after the last layer that has at most as many regions.
  ///   - goesOn: Asked again and again; the work ends after the last whole layer if it says no.
  /// - Throws: `SliceError`
  public init(
    network: Network, slice: InputSlice, domain: InputDomain, layerCount: Int? = nil,
    regionLimit: Int = .max, goesOn: () -> Bool = { true }
  ) throws(SliceError) {
    guard slice.inputCount == network.inputCount else {
      throw .lengthMismatch(expected: network.inputCount, found: slice.inputCount)
    }
    guard domain.inputCount == network.inputCount else {
      throw .lengthMismatch(expected: network.inputCount, found: domain.inputCount)
    }
    let layerCount = layerCount ?? network.layers.count
    guard (1...network.layers.count).contains(layerCount) else {
      throw .noSuchLayer(layerCount, count: network.layers.count)
    }
    var cutting = PolygonCutting(
      SliceNetwork(network, slice, layerCount: layerCount),
      in: try ConvexPolygon(slice, in: domain), regionLimit: regionLimit)
    cutting.run(goesOn: goesOn)
    self.init(slice, cutting, units: network.reluUnits)
  }

  private init(_ slice: InputSlice, _ cutting: PolygonCutting, units: [UnitID]) {
    let doneCount = cutting.countsAfterLayers.count
    let exponent =
      doneCount > 0
      ? cutting.network.layers[doneCount - 1].exponent : cutting.network.inputExponent
    let assembly = RegionAssembly(cutting)
    self.slice = slice
    self.units = units.filter { $0.layer < doneCount }
    countsAfterLayers = cutting.countsAfterLayers
    isCutShort = cutting.isCutShort
    regions = assembly.regions
    maps = assembly.maps.map { SliceMap($0, exponent: exponent) }
    (pieces, pieceCount) = assembly.pieces()
    vertices = cutting.plane.vertices
    network = cutting.network
  }

  /// The number of vertices of all regions.
  public var vertexCount: Int { vertices.count }

  /// The exact parameters of a vertex.
  public func vertex(_ i: Int) -> (s: Rational, t: Rational) {
    let point = vertices[i]
    return (Rational(point.x, point.z), Rational(point.y, point.z))
  }

  /// The parameters of a vertex as doubles, for drawing only.
  public func approximateVertex(_ i: Int) -> (s: Double, t: Double) {
    let point = vertices[i].approximation
    return (point.x, point.y)
  }
}
