/// A convex polygon cut into convex faces: half-edges with their faces, exactly.
///
/// Two faces that meet share their edges and vertices, also where a vertex of one lies on a side
/// of the other.
struct PlanarSubdivision: Sendable {
  /// Stands for what is outside.
  static let outside = -1

  /// A directed side of a face, which is to its left.
  struct HalfEdge: Sendable {
    var origin: Int
    var next: Int
    var twin: Int
    var face: Int
    /// The index of its line.
    let line: Int
  }

  private(set) var vertices: [IntegerTriple]
  private(set) var halfEdges: [HalfEdge]
  private(set) var lines: [ConvexPolygon.Side]
  /// One half-edge of each face.
  private(set) var firstEdges: [Int]

  /// One face.
  init(_ polygon: ConvexPolygon) {
    let count = polygon.corners.count
    vertices = polygon.corners
    lines = polygon.sides
    firstEdges = [0]
    halfEdges = (0..<count).map {
      HalfEdge(origin: $0, next: ($0 + 1) % count, twin: count + $0, face: 0, line: $0)
    }
    halfEdges += (0..<count).map {
      HalfEdge(
        origin: ($0 + 1) % count, next: count + ($0 + count - 1) % count, twin: $0,
        face: Self.outside, line: $0)
    }
  }

  /// The number of faces.
  var faceCount: Int { firstEdges.count }

  /// The half-edges around a face.
  func boundary(of face: Int) -> [Int] {
    var edges: [Int] = []
    var edge = firstEdges[face]
    repeat {
      edges.append(edge)
      edge = halfEdges[edge].next
    } while edge != firstEdges[face]
    return edges
  }

  /// What an affine form does on a face.
  enum Side: Sendable {
    /// It is at least zero, and positive inside.
    case positive
    /// It is at most zero, and negative inside.
    case negative
    /// The face was cut: the old one is where the form is negative, the new one where it is
    /// positive.
    case cut(positiveFace: Int)
  }

  /// Cuts a face where `form` changes its sign.
  ///
  /// - Parameter line: The index of the line of `form`; nil before the first cut by it.
  /// - Precondition: `form` is not identically zero.
  mutating func cut(
    _ face: Int, by form: IntegerTriple, line: inout Int?, source: EdgeSource
  ) -> Side {
    let edges = boundary(of: face)
    let signs = edges.map { form.sign(at: vertices[halfEdges[$0].origin]) }
    guard signs.contains(1) else { return .negative }
    guard signs.contains(-1) else { return .positive }
    // The two edges that end where the form is zero: one on the way up, one on the way down.
    var rising = -1
    var falling = -1
    for i in edges.indices {
      let next = (i + 1) % edges.count
      if signs[i] * signs[next] < 0 { splitEdge(edges[i], by: form) }
      guard signs[i] != 0, signs[next] != signs[i] else { continue }
      if signs[i] < 0 { rising = edges[i] } else { falling = edges[i] }
    }
    let index = line ?? lines.count
    if line == nil { lines.append(ConvexPolygon.Side(line: form, source: source)) }
    line = index
    return .cut(positiveFace: addChord(from: rising, to: falling, line: index))
  }

  /// Puts a vertex on an edge where `form` is zero.
  private mutating func splitEdge(_ edge: Int, by form: IntegerTriple) {
    let twin = halfEdges[edge].twin
    let line = halfEdges[edge].line
    // Signs differ at the ends, so the lines cross.
    guard let crossing = form.meeting(lines[line].line) else {
      preconditionFailure("a line that separates the ends of an edge is parallel to it")
    }
    let vertex = vertices.count
    vertices.append(crossing)
    let second = halfEdges.count
    let secondTwin = second + 1
    halfEdges.append(
      HalfEdge(
        origin: vertex, next: halfEdges[edge].next, twin: twin, face: halfEdges[edge].face,
        line: line))
    halfEdges.append(
      HalfEdge(
        origin: vertex, next: halfEdges[twin].next, twin: edge, face: halfEdges[twin].face,
        line: line))
    halfEdges[edge].next = second
    halfEdges[edge].twin = secondTwin
    halfEdges[twin].next = secondTwin
    halfEdges[twin].twin = second
  }

  /// Connects the ends of two edges of one face; the part behind the first becomes a new face.
  private mutating func addChord(from rising: Int, to falling: Int, line: Int) -> Int {
    let chord = halfEdges.count
    let twin = chord + 1
    let afterRising = halfEdges[rising].next
    let afterFalling = halfEdges[falling].next
    let old = halfEdges[rising].face
    let new = firstEdges.count
    halfEdges.append(
      HalfEdge(
        origin: halfEdges[afterRising].origin, next: afterFalling, twin: twin, face: old,
        line: line))
    halfEdges.append(
      HalfEdge(
        origin: halfEdges[afterFalling].origin, next: afterRising, twin: chord, face: new,
        line: line))
    halfEdges[rising].next = chord
    halfEdges[falling].next = twin
    firstEdges[old] = chord
    firstEdges.append(twin)
    var edge = afterRising
    while edge != twin {
      halfEdges[edge].face = new
      edge = halfEdges[edge].next
    }
    return new
  }
}
