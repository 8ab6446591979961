// The one table of what the server answers. The dispatcher and the OpenAPI document are both made
// from it, so that neither can know of a route that the other does not.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "net/deadline.h"
#include "serve/api_key.h"
#include "serve/problem.h"

namespace clew::serve {

// A request that was let in and held against its route's schemas.
struct Call {
  std::map<std::string, std::string, std::less<>> parameters;  // of the path, decoded
  nlohmann::json body;                                         // null if the route takes none
  net::Deadline deadline;
};

struct Reply {
  int status = 200;
  std::string body;
};
Reply json_reply(const Json& document);

using Handler = std::function<Outcome<Reply>(const Call&)>;

// Who may ask. It has no default: a route that does not say so does not compile.
class Needs {
 public:
  Needs(Scope scope) : scope_(scope) {}
  operator Scope() const { return scope_; }

 private:
  Scope scope_;
};

struct PathParameter {
  std::string name, description;
  Json schema;  // of a string
};

struct Route {
  std::string method;  // GET, POST, …; HEAD comes with GET
  std::string path;    // "/v1/chains/{chain}"
  Needs needs;
  std::string operation;  // id in the OpenAPI document
  std::string summary, description;
  std::vector<PathParameter> parameters;
  Json request;  // schema of the body, which must be JSON; null: it takes none
  Json request_example;
  std::string content_type = "application/json";  // of the answer
  Json response;                                  // schema of the answer
  std::vector<ProblemKind> problems;              // beside those that every route has
  // Answered by whoever reads the requests, ahead of those that wait: quick, and never refused for
  // want of room.
  bool at_once = false;
  // Answered however often its clients ask, which costs no more than a refusal.
  bool unlimited = false;
  Handler handler;
};

// Of a path: the route for the method, if there is one, and the methods that there are.
struct Match {
  const Route* route = nullptr;
  std::map<std::string, std::string, std::less<>> parameters;
  std::vector<std::string> methods;  // empty: there is no such path
  bool open = false;                 // all routes of this path need no key
};

class Routes {
 public:
  // usage if two routes answer the same, or one contradicts itself.
  static Result<Routes> of(std::vector<Route> routes);
  const std::vector<Route>& all() const { return routes_; }
  // `path` as it came, percent-encoded.
  Match match(std::string_view method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
};

// The problems that a request to this route may meet, in order of their kinds.
std::vector<ProblemKind> problems_of(const Route& route);

// The OpenAPI 3.1 document of the table.
Json openapi(const std::vector<Route>& routes, const std::string& version);

}  // namespace clew::serve
