/** What every page does: it stays when the network goes. */

import { keepForOffline } from "./keep-for-offline";

void keepForOffline();
