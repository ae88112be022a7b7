/// Which regions of a slice are neighbors, as GraphML.
public struct SliceGraph: Sendable {
  private let subdivision: PolygonSubdivision

  /// The graph of a subdivision.
  public init(_ subdivision: PolygonSubdivision) { self.subdivision = subdivision }

  /// The bytes of the GraphML file.
  public var graphML: [UInt8] {
    var text = XMLText()
    text.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
    text.line("<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">")
    for (name, type) in [
      ("pattern", "string"), ("area", "double"), ("map", "int"), ("piece", "int"),
    ] {
      text.line(
        "<key id=\"\(name)\" for=\"node\" attr.name=\"\(name)\" attr.type=\"\(type)\"/>")
    }
    text.line("<key id=\"unit\" for=\"edge\" attr.name=\"unit\" attr.type=\"string\"/>")
    text.line("<graph edgedefault=\"undirected\">")
    subdivision.regions.indices.forEach { addNode($0, to: &text) }
    subdivision.regions.indices.forEach { addEdges(of: $0, to: &text) }
    text.line("</graph>")
    text.line("</graphml>")
    return text.bytes
  }

  private func addNode(_ i: Int, to text: inout XMLText) {
    let region = subdivision.regions[i]
    let data = [
      ("pattern", region.pattern.description), ("area", "\(subdivision.approximateArea(of: i))"),
      ("map", "\(region.map)"), ("piece", "\(subdivision.pieces[i])"),
    ]
    text.line(
      "<node id=\"r\(i)\">"
        + data.map { "<data key=\"\($0.0)\">\($0.1)</data>" }.joined() + "</node>")
  }

  /// Adds the edges to regions of higher index, each once: a side may be divided.
  private func addEdges(of i: Int, to text: inout XMLText) {
    var seen: Set<Int> = []
    for edge in subdivision.regions[i].edges {
      guard let neighbor = edge.neighbor, neighbor > i, seen.insert(neighbor).inserted
      else { continue }
      text.line(
        "<edge source=\"r\(i)\" target=\"r\(neighbor)\">"
          + "<data key=\"unit\">\(edge.source)</data></edge>")
    }
  }
}
