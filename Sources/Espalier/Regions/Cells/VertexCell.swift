/// A cell by its vertices and edges: a simple polytope in few dimensions.
///
/// Signs at vertices come from doubles with error bounds that hold for the true vertices, so
/// what is decided here is right; what the bounds leave open is said to be unknown.
///
/// - Source: vertices, edges and sign vectors as in Berzins, "Polyhedral complex extraction from
///   ReLU networks using edge subdivision", ICML 2023 (arXiv 2306.07212), here cell by cell, so
///   that memory does not grow with the number of cells.
struct VertexCell: Sendable {
  /// The most facets that a cell may have.
  static let facetLimit = 64

  let dimension: Int
  let vertexCount: Int
  /// Coordinates, all first ones, then all second ones, ….
  let coordinates: [Double]
  /// How far each vertex may be from the true one, in the largest coordinate.
  let radii: [Double]
  /// The largest of these.
  let largestRadius: Double
  /// The facets on which each vertex lies, as bits.
  let masks: [UInt64]
  /// Pairs of vertices.
  let edges: [SIMD2<Int32>]
  /// What stands behind each facet: the place of a unit, or below 0 a side of the box, the lower
  /// ones from -1 and then the upper ones from `-1 - dimension` downwards.
  let facets: [Int32]

  /// A box.
  init(lower: [Double], upper: [Double]) {
    let n = lower.count
    dimension = n
    vertexCount = 1 << n
    var coordinates = [Double](repeating: 0, count: n << n)
    var masks = [UInt64](repeating: 0, count: 1 << n)
    var edges: [SIMD2<Int32>] = []
    for v in 0..<1 << n {
      for t in 0..<n {
        let isUpper = v >> t & 1 == 1
        coordinates[t << n + v] = isUpper ? upper[t] : lower[t]
        masks[v] |= 1 << UInt64(isUpper ? n + t : t)
        if !isUpper { edges.append(SIMD2(Int32(v), Int32(v | 1 << t))) }
      }
    }
    self.coordinates = coordinates
    self.masks = masks
    self.edges = edges
    radii = Array(repeating: 0, count: 1 << n)
    largestRadius = 0
    facets = (0..<Self.facetLimit).map { Int32(-1 - $0) }
  }

  /// The input that a side of the box fixes.
  static func boxInput(_ facet: Int32, dimension: Int) -> Int {
    Int(-1 - facet) % dimension
  }

  init(
    dimension: Int, coordinates: [Double], radii: [Double], masks: [UInt64],
    edges: [SIMD2<Int32>], facets: [Int32]
  ) {
    self.dimension = dimension
    vertexCount = radii.count
    self.coordinates = coordinates
    self.radii = radii
    largestRadius = radii.reduce(0, max)
    self.masks = masks
    self.edges = edges
    self.facets = facets
  }

  /// The mean of the vertices.
  var center: [Double] {
    (0..<dimension).map { t in
      coordinates[t * vertexCount..<(t + 1) * vertexCount].reduce(0, +) / Double(vertexCount)
    }
  }

  /// Computes the values of a form at all vertices.
  func evaluate(_ forms: LayerForms, _ i: Int, into values: inout [Double]) {
    if values.count < vertexCount { values = Array(repeating: 0, count: 2 * vertexCount) }
    values.withUnsafeMutableBufferPointer { values in
      coordinates.withUnsafeBufferPointer { coordinates in
        forms.values(of: i, at: coordinates, count: vertexCount, into: values)
      }
    }
  }

  /// What a unit does on the cell, given the values of its form at the vertices.
  func side(_ forms: LayerForms, _ i: Int, values: [Double]) -> CellSide {
    let error = forms.errors[i]
    let norm = forms.norms[i]
    let doubt = error + norm * largestRadius
    var isOn = false
    var isOff = false
    var isDoubtful = false
    values.withUnsafeBufferPointer { values in
      var highest = -Double.infinity
      var lowest = Double.infinity
      var nearest = Double.infinity
      for v in 0..<vertexCount {
        highest = max(highest, values[v])
        lowest = min(lowest, values[v])
        nearest = min(nearest, values[v].magnitude)
      }
      isOn = highest > doubt
      isOff = lowest < -doubt
      isDoubtful = !(nearest > doubt)
      guard isDoubtful else { return }
      // The largest radius is often that of one vertex far from the unit's hyperplane.
      (isOn, isOff, isDoubtful) = (false, false, false)
      for v in 0..<vertexCount {
        let doubt = error + norm * radii[v]
        if values[v] > doubt {
          isOn = true
        } else if values[v] < -doubt {
          isOff = true
        } else {
          isDoubtful = true
        }
      }
    }
    if isOn && isOff { return isDoubtful ? .touching : .both }
    if isDoubtful { return .unknown }
    return isOn ? .on : .off
  }
}

/// What a unit does on a cell.
enum CellSide: Hashable, Sendable {
  /// `z < 0` all over its inside.
  case off
  /// `z > 0` all over its inside.
  case on
  /// Both, and no vertex lies where `z = 0`.
  case both
  /// Both, perhaps with a vertex where `z = 0`.
  case touching
  /// `z = 0` all over.
  case zero
  /// Rounding leaves it open.
  case unknown
}
