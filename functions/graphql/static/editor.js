// GraphiQL for this function, on the local stack. The address may bring a token: /graphql/#token=…

const KEPT = "tillpulse-token";
const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (given) {
  sessionStorage.setItem(KEPT, given);
  history.replaceState(null, "", location.pathname);
}
const token = sessionStorage.getItem(KEPT);

const QUERY = `# Start a basket; then ask for it by its basketId, and see whose it is.
mutation Start {
  startBasket(storeId: "aurora-sp", employeeId: 1, terminalId: "term_001", customerIdentifier: "+1234567890") {
    basketId
    status
    lookupStatus
  }
}

query Follow($basketId: String!) {
  basket(storeId: "aurora-sp", basketId: $basketId) {
    lookupStatus
    customer { customerId name tier attributes }
  }
}
`;

async function fetcher(document, { headers } = {}) {
  const authorization = token ? { Authorization: `Bearer ${token}` } : {};
  const response = await fetch("../graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...authorization, ...headers },
    body: JSON.stringify(document),
  });
  return response.json();
}

const editor = React.createElement(GraphiQL, { fetcher, defaultQuery: QUERY, defaultEditorToolsVisibility: "variables" });
ReactDOM.render(editor, window.document.getElementById("editor")); // the package has React 17
